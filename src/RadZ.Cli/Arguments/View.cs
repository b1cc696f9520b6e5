using System.CommandLine;
using RadZ.Imaging.Dicom.Gray;

namespace RadZ.Cli.Arguments;

/// <summary>Which frame of a DICOM file, through which window.</summary>
static class View
{
    /// <summary><c>--window NAME|C,W</c>.</summary>
    public static Option<WindowChoice?> Window() => new("--window")
    {
        Description = "Window of DICOM images (default: the file's own)",
        HelpName = "NAME|C,W",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (WindowChoice.Parse(text) is { } choice) return choice;
            result.AddError($"--window is '{text}', expected centre and width (40,400; the width at least 1), a number from 1, or a name");
            return null;
        },
    };

    /// <summary>The same as a text that is right, for a recipe to keep.</summary>
    public static Option<string?> WindowText()
    {
        var window = new Option<string?>("--window")
        {
            Description = "In place of the recipe's window of DICOM images (default: the file's own)",
            HelpName = "NAME|C,W",
        };
        window.Validators.Add(r =>
        {
            if (r.Tokens.Count > 0 && WindowChoice.Parse(r.Tokens[^1].Value) is null)
                r.AddError($"--window is '{r.Tokens[^1].Value}', expected centre and width (40,400; the width at least 1), a number from " +
                    "1, or a name");
        });
        return window;
    }

    /// <summary><c>--frame N</c>.</summary>
    public static Option<int?> Frame()
    {
        var frame = Choice.Number("--frame", "Frame of a DICOM file that has several, from 0 (default: 0)", least: 0);
        return frame;
    }

    /// <summary>Both.</summary>
    public static DicomView Create(WindowChoice? window, int? frame = null) => new() { Window = window, Frame = frame ?? 0 };
}
