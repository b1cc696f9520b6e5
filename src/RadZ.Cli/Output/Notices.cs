using RadZ.Cli.Arguments;
using RadZ.Data.Studies;
using RadZ.Evaluation.Runs;
using RadZ.Files;
using RadZ.Model.Checkpoints;

namespace RadZ.Cli.Output;

/// <summary>What is said beside results.</summary>
static class Notices
{
    /// <summary>Ends every table of findings or figures.</summary>
    public const string ResearchUse = Disclaimer.Line;

    /// <summary>Tells on stderr that scores of this model mean nothing yet.</summary>
    public static void WarnIfUntrained(ModelSettings settings)
    {
        if (!settings.Trained)
            Console.Error.WriteLine($"warning: {settings.Name} is a plain LLaVA: its modality tokens are new and untrained, so its " +
                "scores mean little. Train it (radz train) or take a trained model.");
    }

    /// <summary>An error as it may be shown: without what the file that it is about says of a patient, in its path too.</summary>
    public static string Redact(InvalidInputException error) =>
        File.Exists(error.Path) ? ShownFile.Create(error.Path, Pseudonyms.ForInstallation()).Redact(OptionNames.Tell(error))
            : OptionNames.Tell(error);

    /// <summary>The research-use line where standard output is for a program.</summary>
    public static void ResearchUseOnError() => Console.Error.WriteLine(ResearchUse);
}
