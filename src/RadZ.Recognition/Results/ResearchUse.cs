namespace RadZ.Recognition.Results;

/// <summary>What must be read beside every finding.</summary>
static class ResearchUse
{
    /// <summary>In one line.</summary>
    public const string Notice = "Research use only. Not a medical device.";
}
