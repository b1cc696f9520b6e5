using RadZ.Cli.Arguments;
using RadZ.Recognition;

namespace RadZ.Cli.Text;

/// <summary>Writes the results of images one after the other as they come.</summary>
abstract class ResultWriter : IDisposable
{
    /// <summary>The writer of a format.</summary>
    /// <param name="format">The format.</param>
    /// <param name="model">The model's name.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="diseases">How many diseases are listed.</param>
    /// <param name="top">Only so many of each image; null: all.</param>
    public static ResultWriter Of(RowFormat format, string model, string hash, int diseases, int? top) => format switch
    {
        RowFormat.Json => new JsonResults(Console.OpenStandardOutput(), model, hash, top),
        RowFormat.Csv => new CsvResults(Console.OpenStandardOutput(), top),
        _ => new TableResults(Page.OfOutput(), model, diseases, top),
    };

    /// <summary>One image.</summary>
    public abstract void Add(ImageResult result);

    /// <summary>After the last.</summary>
    public abstract void End();

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>The findings that are shown, likeliest first.</summary>
    protected static IEnumerable<Finding> Shown(ImageResult.Recognised result, int? top) => result.Ranked.Take(top ?? int.MaxValue);
}
