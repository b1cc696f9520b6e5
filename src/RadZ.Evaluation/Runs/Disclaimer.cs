namespace RadZ.Evaluation.Runs;

/// <summary>What ends every table of findings or figures.</summary>
static class Disclaimer
{
    /// <summary>One line.</summary>
    public const string Line = "Research use only. Not a medical device.";
}
