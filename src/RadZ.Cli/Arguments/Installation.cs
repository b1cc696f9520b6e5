using RadZ.Data.Studies;
using RadZ.Hub;
using RadZ.Model.Checkpoints;
using RadZ.Model.Runtime;
using RadZ.Recognition.Diseases;

namespace RadZ.Cli.Arguments;

/// <summary>
/// What the environment and this user's home say, asked once and here alone: libraries are told. Where the home cannot be written nothing
/// is kept, and that is said once.
/// </summary>
static class Installation
{
    const string KeyVariable = "RADZ_KEY", CacheVariable = "RADZ_CACHE";
    static readonly Lazy<string> s_home = new(() => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
    static int s_told;

    /// <summary>Tells libraries; before anything else is done.</summary>
    public static void Begin()
    {
        // what the user says of waiting comes first
        if (Variable("OMP_WAIT_POLICY") is null) ThreadWaiting.SpinLittle();
        TextFeatureCache.Install(TextFolder, NotKept);
        Pseudonyms.Install(Pseudonyms.WhenNeeded(Key));
        VisionTowerFolder.HubCache = Variable("HF_HUB_CACHE")
            ?? ((Variable("HF_HOME") ?? Under(null, ".cache", "huggingface")) is { } home ? Path.Combine(home, "hub") : null);
    }

    /// <summary>The hub, as its own programs are told.</summary>
    public static HubSettings Hub() => HubSettings.FromEnvironment(Environment.GetEnvironmentVariable, s_home.Value);

    /// <summary>Pseudonyms of a key file, or else of the environment's key or this installation's.</summary>
    public static Pseudonyms PseudonymsOf(string? file) => file is not null ? Pseudonyms.FromFile(file)
        : Variable(KeyVariable) is { } given ? Pseudonyms.FromText(KeyVariable, given) : Pseudonyms.ForInstallation();

    /// <summary>Where features of texts are kept; told once where there is no such place.</summary>
    public static TextFeatureCache Texts()
    {
        if (TextFolder is null && Variable(CacheVariable) is null) NotKept();
        return TextFeatureCache.Default();
    }

    static string? TextFolder => Variable(CacheVariable) switch
    {
        "off" => null,
        { } named => named,
        _ => Under("XDG_CACHE_HOME", ".cache") is { } cache ? Path.Combine(cache, "radz") : null,
    };

    static Pseudonyms Key()
    {
        if (Variable(KeyVariable) is { } given) return Pseudonyms.FromText(KeyVariable, given);
        if (Under("XDG_CONFIG_HOME", ".config") is { } config)
            return Pseudonyms.ForInstallation(Path.Combine(config, "radz", "pseudonyms.key"), NotKept);
        NotKept();
        return Pseudonyms.Temporary();
    }

    /// <summary>A folder that a variable names, else one of the home; null where there is no home.</summary>
    static string? Under(string? variable, params string[] parts) => variable is not null && Variable(variable) is { } named ? named
        : s_home.Value is { Length: > 0 } home ? Path.Combine([home, .. parts]) : null;

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>One notice for all that is not kept.</summary>
    static void NotKept()
    {
        if (Interlocked.Exchange(ref s_told, 1) == 0)
            Console.Error.WriteLine("note: nothing can be kept in this user's home, so texts are computed anew each time, and pseudonyms " +
                "hold within this run only; RADZ_CACHE and RADZ_KEY name other places.");
    }
}
