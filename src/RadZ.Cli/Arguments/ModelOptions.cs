using System.CommandLine;
using RadZ.Model.Checkpoints;
using RadZ.Model.Features;
using RadZ.Model.Kernels;

namespace RadZ.Cli.Arguments;

/// <summary>
/// The options that say which model is used: a folder, an adapter over it, another vision tower. Made anew for each verb.
/// </summary>
sealed class ModelOptions
{
    readonly Option<string?> _model = SharedOptions.Model();

    readonly Option<string?> _adapter = new("--adapter")
    {
        Description = "Adapter to use over the model (a PEFT folder, or one that a run wrote)",
        HelpName = "DIR",
    };

    readonly Option<string?> _tower = Tower();

    /// <summary><c>--vision-tower DIR|own</c>.</summary>
    public static Option<string?> Tower() => new("--vision-tower")
    {
        Description = "CLIP folder for the vision tower; own: the checkpoint's (default: its own, else the one its config names)",
        HelpName = "DIR|own",
    };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_model, _adapter, _tower];

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (var option in All) verb.Add(option);
    }

    /// <summary>What was given.</summary>
    public ModelChoice Read(ParseResult parsed) => new(parsed.GetValue(_model), parsed.GetValue(_adapter), parsed.GetValue(_tower));
}

/// <summary>Which model is used.</summary>
sealed record ModelChoice(string? Model, string? Adapter, string? VisionTower)
{
    /// <summary>The folder that <see cref="ModelLocation"/> finds, if any: whose knowledge counts.</summary>
    public string? Folder => ModelLocation.Find(Model);

    /// <summary>Loads it, and tells on stderr what a user may want otherwise.</summary>
    public RadiologyEncoder Load(DecodeBits decode = DecodeBits.Stored)
    {
        var encoder = RadiologyEncoder.Load(ModelLocation.Resolve(Model),
            new() { Adapter = Adapter, VisionTower = VisionTower, Decode = decode });
        TellVisionTower(encoder.VisionTower);
        return encoder;
    }

    /// <summary>Tells on stderr which vision tower is used, where that is not beyond doubt.</summary>
    static void TellVisionTower(VisionTowerChoice tower)
    {
        if (tower.Ambiguous)
            Console.Error.WriteLine($"note: the vision tower is the checkpoint's own. Its config names {tower.Named}, which LLaVA-Med's " +
                $"public code takes instead: --vision-tower DIR does so, --vision-tower own says that this is meant.");
        else if (tower.Folder is not null) Console.Error.WriteLine($"note: the vision tower is {tower.Text}.");
    }
}
