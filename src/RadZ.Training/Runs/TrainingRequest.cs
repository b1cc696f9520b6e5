using RadZ.Files;
using RadZ.Training.Recipes;

namespace RadZ.Training.Runs;

/// <summary>A run that is started or goes on. Errors name these properties.</summary>
sealed record TrainingRequest
{
    /// <summary>The recipe; null: that of the run which goes on.</summary>
    public string? Recipe { get; init; }

    /// <summary>The run's folder.</summary>
    public required string Out { get; init; }

    /// <summary>In place of the recipe's seed.</summary>
    public int? Seed { get; init; }

    /// <summary>In place of the recipe's data root.</summary>
    public string? Data { get; init; }

    /// <summary>In place of the recipe's window of DICOM images.</summary>
    public string? Window { get; init; }

    /// <summary>Go on with the run that is there.</summary>
    public bool Resume { get; init; }

    /// <summary>Reads the recipe.</summary>
    /// <exception cref="InvalidInputException">It is wrong, or not that of the run which goes on.</exception>
    public OpenedTraining Open()
    {
        var folder = new RunFolder(Out);
        var recipe = Recipe is { } path ? Changed(RecipeFile.Read(path)) : null;
        if (Resume && recipe is not null) RequireSame(recipe, Recipe!, folder);
        return new(folder, recipe, Resume);
    }

    TrainingRecipe Changed(TrainingRecipe recipe) => recipe with
    {
        Seed = Seed ?? recipe.Seed,
        Data = recipe.Data with
        {
            Root = Data is { } root ? Path.GetFullPath(root) : recipe.Data.Root,
            Window = Window ?? recipe.Data.Window,
        },
    };

    /// <summary>A run goes on with its own recipe; another one given beside it would be silently ignored.</summary>
    static void RequireSame(TrainingRecipe recipe, string path, RunFolder folder)
    {
        if (File.Exists(folder.Recipe)
            && RecipeFile.Write(RecipeFile.Read(folder.Recipe) with { Seed = recipe.Seed, Data = recipe.Data }) != RecipeFile.Write(recipe))
            throw new InvalidInputException(path, "other-recipe",
                $"differs from the recipe of the run ({folder.Recipe}); leave it out to go on, or start a new run in another ‹out›.");
    }
}

/// <summary>A run whose recipe is right.</summary>
/// <param name="folder">Its folder.</param>
/// <param name="recipe">The recipe; null where it goes on with its own.</param>
/// <param name="resume">It goes on.</param>
sealed class OpenedTraining(RunFolder folder, TrainingRecipe? recipe, bool resume)
{
    /// <summary>True where the folder holds a run that can go on.</summary>
    public bool HasBegun => File.Exists(folder.Recipe);

    /// <summary>Trains, on the accelerator where there is one.</summary>
    /// <param name="observer">Who watches.</param>
    /// <param name="time">The clock, for the record.</param>
    /// <param name="cancel">Stops after the step at hand; the folder then holds a checkpoint.</param>
    public Task RunAsync(ITrainingObserver observer, TimeProvider time, CancellationToken cancel)
    {
        var run = new TrainingRun(folder, observer, time, cuda.is_available() ? CUDA : CPU);
        return resume ? run.ResumeAsync(cancel) : run.StartAsync(recipe!, cancel);
    }
}
