using RadZ.Model.Weights;

namespace RadZ.Model.Adapters;

/// <summary>Which projections carry a low-rank adapter, and of what size: what PEFT's <c>adapter_config.json</c> says.</summary>
sealed record LoraOptions
{
    /// <summary>Rank r of the adapter.</summary>
    public required int Rank { get; init; }

    /// <summary>Alpha; the adapter's output is scaled by alpha / r (by alpha / sqrt(r) with <see cref="RankStabilized"/>).</summary>
    public required double Alpha { get; init; }

    /// <summary>Share of the adapter's inputs dropped in training.</summary>
    public double Dropout { get; init; }

    /// <summary>rslora.</summary>
    public bool RankStabilized { get; init; }

    /// <summary>Names of projections (<c>q_proj</c>), matched as the end of the full name.</summary>
    public IReadOnlyList<string> Targets { get; init; } = AllDecoderProjections;

    /// <summary>A regular expression of Python's over the full name, instead of <see cref="Targets"/>.</summary>
    public string? TargetPattern { get; init; }

    /// <summary>Names left out although targets name them, as <see cref="Targets"/>.</summary>
    public IReadOnlyList<string> Excluded { get; init; } = [];

    /// <summary>The same as a regular expression.</summary>
    public string? ExcludedPattern { get; init; }

    /// <summary>Only these layers; null means all.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>Ranks of their own: patterns for the end of a name, the first that matches counts.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> RankPattern { get; init; } = [];

    /// <summary>Alphas of their own, in the same way.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> AlphaPattern { get; init; } = [];

    /// <summary>Modules that are stored whole beside the adapters.</summary>
    public IReadOnlyList<string> ModulesToSave { get; init; } = [];

    /// <summary>Rows of the embedding table that are stored beside the adapters, in the order of the stored rows.</summary>
    public IReadOnlyList<int> TokenRows { get; init; } = [];

    /// <summary>The file it was read from, for errors.</summary>
    internal string Path { get; init; } = "adapter_config.json";

    /// <summary>The tree that names are of: today's Hugging Face tree if nothing is known.</summary>
    internal CheckpointNaming Naming { get; init; } = CheckpointNames.Memory5;

    /// <summary>Every linear of the decoder (method, section 5).</summary>
    public static IReadOnlyList<string> AllDecoderProjections { get; } =
        ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    /// <summary>What B A x is multiplied by where no pattern says otherwise.</summary>
    public double Scale => Alpha / (RankStabilized ? Math.Sqrt(Rank) : Rank);

    /// <summary>Rank of the adapter of that projection (our name).</summary>
    public int RankOf(string module) => (int)ValueFor(RankPattern, module, Rank);

    /// <summary>What B A x is multiplied by in that projection (our name).</summary>
    public double ScaleOf(string module)
    {
        var (rank, alpha) = (RankOf(module), ValueFor(AlphaPattern, module, Alpha));
        return alpha / (RankStabilized ? Math.Sqrt(rank) : rank);
    }

    double ValueFor(IReadOnlyList<KeyValuePair<string, double>> patterns, string module, double otherwise)
    {
        if (patterns.Count == 0) return otherwise;
        var name = Name(module);
        foreach (var (pattern, value) in patterns)
            if (Pattern("rank_pattern or alpha_pattern", $"(?:.*\\.)?(?:{pattern})").Matches(name)) return value;
        return otherwise;
    }

    /// <summary>Whether PEFT gives the projection of that name (ours) an adapter. Bare target names mean the decoder's only.</summary>
    public bool Covers(string module)
    {
        var name = Name(module);
        if (ExcludedPattern is { } excluded ? Pattern("exclude_modules", excluded).Matches(name) : EndsIn(Excluded, name)) return false;
        if (ModulesToSave.Any(m => $".{name}.".Contains($".{m}.", StringComparison.Ordinal))) return false;
        var targeted = TargetPattern is { } pattern ? Pattern("target_modules", pattern).Matches(name)
            : module.StartsWith(CheckpointNames.Own.Decoder, StringComparison.Ordinal) && EndsIn(Targets, name);
        return targeted && (Layers is null || (LayerOf(module) is { } layer && Layers.Contains(layer)));
    }

    static bool EndsIn(IEnumerable<string> ends, string name) =>
        ends.Any(t => name == t || name.EndsWith("." + t, StringComparison.Ordinal));

    static int? LayerOf(string module)
    {
        var parts = module.Split('.');
        var at = Array.IndexOf(parts, "layers");
        return at >= 0 && at + 1 < parts.Length && int.TryParse(parts[at + 1], out var layer) ? layer : null;
    }

    string Name(string module) => AdapterNames.Module(module, Naming);

    readonly Dictionary<string, PythonPattern> _patterns = new(StringComparer.Ordinal);

    PythonPattern Pattern(string key, string text)
    {
        lock (_patterns)
            return _patterns.TryGetValue(text, out var known) ? known
                : _patterns[text] = new(text,
                    what => new(Path, "bad-config", $"{key} \"{(text.Length <= 80 ? text : text[..77] + "...")}\" {what}."));
    }

    /// <summary>Reads <c>adapter_config.json</c>; what would change the numbers and is not computed is refused by name.</summary>
    public static LoraOptions Read(string path) => LoraConfigFile.Read(path);
}
