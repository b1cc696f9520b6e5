using RadZ.Data.Studies;
using RadZ.Files;
using RadZ.Model.Checkpoints;

namespace RadZ.Cli.Output;

/// <summary>What is said beside results.</summary>
static class Notices
{
    /// <summary>Ends every table of findings or figures.</summary>
    public const string ResearchUse = Recognition.Results.ResearchUse.Notice;

    /// <summary>Tells on stderr that scores of this model mean nothing yet.</summary>
    public static void WarnIfUntrained(ModelSettings settings)
    {
        if (!settings.Trained)
            Console.Error.WriteLine($"warning: {settings.Name} is a plain LLaVA: its modality tokens are new and untrained, so its " +
                $"scores mean little. Train it (radz train) or take a trained model.");
    }

    /// <summary>Tells on stderr which vision tower is used, where that is not beyond doubt.</summary>
    public static void TellVisionTower(VisionTowerChoice tower)
    {
        if (tower.Ambiguous)
            Console.Error.WriteLine($"note: the vision tower is the checkpoint's own. Its config names {tower.Named}, which LLaVA-Med's " +
                $"public code takes instead: --vision-tower DIR does so, --vision-tower own says that this is meant.");
        else if (tower.Folder is not null) Console.Error.WriteLine($"note: the vision tower is {tower.Text}.");
    }

    /// <summary>An error as it may be shown: without what the file that it is about says of a patient, in its path too.</summary>
    public static string Told(InvalidInputException error) =>
        File.Exists(error.Path) ? ShownFile.Of(error.Path, Pseudonyms.OfInstallation()).Tell(OptionNames.Tell(error))
            : OptionNames.Tell(error);

    /// <summary>The research-use line where standard output is for a program.</summary>
    public static void ResearchUseOnError() => Console.Error.WriteLine(ResearchUse);
}
