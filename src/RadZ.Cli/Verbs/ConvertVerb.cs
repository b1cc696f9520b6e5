using System.CommandLine;
using RadZ.Cli.Arguments;
using RadZ.Data.Studies;

namespace RadZ.Cli.Verbs;

/// <summary><c>radz convert</c>: the picture that a radiologist sees, as a PNG of 8 bits.</summary>
static class ConvertVerb
{
    public static Command Create()
    {
        var file = SharedOptions.Word("FILE", "A DICOM file, or any other image");
        var output = SharedOptions.Word("OUT.png", "The PNG to write; an old one is replaced");
        output.Validators.Add(result =>
        {
            if (result.Tokens is [var token, ..] && !token.Value.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
                result.AddError($"'{token.Value}' does not end in .png");
        });
        var (window, frame) = (View.Window(), View.Frame());
        var verb = new Verb("convert",
            "Writes the 8-bit picture of a DICOM file as a radiologist sees it: rescaled, windowed, MONOCHROME1 turned.")
        {
            Examples =
            [
                "radz convert chest.dcm chest.png",
                "radz convert slice.dcm slice.png --window lung",
                "radz convert slice.dcm slice.png --window 40,400 --frame 12",
            ],
            Notes =
            [
                "--window takes C,W (centre and width), the number of one of the file's windows from 1, its explanation,",
                "lung, mediastinum or bone (CT), percentiles (MR: from the 1st to the 99th), or min-max.",
                "Without it: the file's VOI LUT, else its first window, else from the lowest value to the highest.",
            ],
        };
        foreach (var argument in (Argument<string>[])[file, output]) verb.Add(argument);
        verb.Add(window);
        verb.Add(frame);
        verb.SetAction(parsed =>
        {
            var view = View.Create(parsed.GetValue(window), parsed.GetValue(frame));
            foreach (var warning in DisplayedPicture.Write(parsed.GetRequiredValue(file), parsed.GetRequiredValue(output), view,
                Pseudonyms.ForInstallation)) Console.Error.WriteLine($"warning: {warning}");
            return ExitCode.Ok;
        });
        return verb;
    }
}
