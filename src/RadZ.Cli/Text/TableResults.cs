using RadZ.Recognition;

namespace RadZ.Cli.Text;

/// <summary>A heading and a table with bars for each image; a failed one is an error on stderr.</summary>
sealed class TableResults(Page page, string model, int diseases, int? top) : ResultWriter
{
    bool _any;

    /// <inheritdoc/>
    public override void Add(ImageResult result)
    {
        if (result is ImageResult.Failed failed) Console.Error.WriteLine($"error: {failed.Message}");
        if (result is not ImageResult.Recognised recognised) return;
        if (_any) page.Line();
        _any = true;
        page.Heading(recognised.File);
        page.Table(["disease", "", "probability", "alone", "score"],
            [.. Shown(recognised, top).Select(f => new[] { f.Disease, Cell.Bar(f.Probability), Percent(f.Probability), Percent(f.Standalone), Cell.Number($"{f.Score:0.00}") })]);
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (!_any) return;
        page.Line();
        page.Line($"Model {model}. probability: over the {diseases} listed diseases; alone: each against its own negation, not calibrated.");
        page.Line(Notices.ResearchUse);
    }

    /// <inheritdoc/>
    public override void Dispose() { }

    static Cell Percent(double share) => Cell.Number($"{share * 100:0.0} %");
}
