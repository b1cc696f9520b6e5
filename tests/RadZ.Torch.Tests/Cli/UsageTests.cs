using RadZ.TestKit;

namespace RadZ.Torch.Tests.Cli;

[Collection(SharedWorld.Name)]
public class UsageTests(CliWorld world)
{
    /// <summary>Validators look at other options, and must not fall over a word that is none.</summary>
    [Fact]
    public void A_misspelt_word_of_any_option_is_an_error_of_usage()
    {
        var tried = 0;
        void Try(System.CommandLine.Command verb, string path)
        {
            foreach (var below in verb.Subcommands) Try(below, $"{path} {below.Name}".Trim());
            var words = verb.Options.Where(o =>
                o.HelpName is "N" or "X" || (o.HelpName is { } choice && choice.Contains('|') && !choice.Any(char.IsUpper))).ToList();
            foreach (var option in words)
            {
                tried++;
                // its own fault may be told behind another's; what must not be is an exception, or that it passes
                Assert.NotEmpty(global::RadZ.Cli.RadzCommand.Root().Parse([.. path.Split(' '), "x.json", option.Name, "zzz"]).Errors);
                Assert.NotEmpty(global::RadZ.Cli.RadzCommand.Root()
                    .Parse([.. path.Split(' '), "x.json", option.Name, "zzz",
                        .. verb.Options.Where(o => o != option && o.HelpName is not null)
                            .SelectMany(o => (string[])[o.Name, "zzz"])]).Errors);
            }
        }
        foreach (var verb in global::RadZ.Cli.RadzCommand.Root().Subcommands) Try(verb, verb.Name);
        Assert.True(tried > 40, $"{tried} options");
    }

    [Theory]
    [InlineData("", "root")]
    [InlineData("classify", "classify")]
    [InlineData("train", "train")]
    [InlineData("evaluate", "evaluate")]
    [InlineData("report", "report")]
    [InlineData("verify", "verify")]
    [InlineData("compare", "compare")]
    [InlineData("features", "features")]
    [InlineData("robustness", "robustness")]
    [InlineData("knowledge", "knowledge")]
    [InlineData("knowledge list", "knowledge-list")]
    [InlineData("knowledge show", "knowledge-show")]
    [InlineData("knowledge check", "knowledge-check")]
    [InlineData("knowledge write", "knowledge-write")]
    [InlineData("ask", "ask")]
    [InlineData("inspect", "inspect")]
    [InlineData("merge", "merge")]
    [InlineData("convert", "convert")]
    [InlineData("pull", "pull")]
    [InlineData("new-checkpoint", "new-checkpoint")]
    [InlineData("localise", "localise")]
    [InlineData("sweep", "sweep")]
    [InlineData("reproduce", "reproduce")]
    public void Help_is_as_approved(string verb, string name)
    {
        var run = world.Program.Start([.. verb.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Approved.Verify(string.Join('\n', run.Lines.Select(l => l.TrimEnd())) + "\n", $"help-{name}");
    }

    [Theory]
    [InlineData("clasify xrays", "error: there is no verb 'clasify'; did you mean 'classify'?\nTry 'radz --help'.\n")]
    [InlineData("classify xrays --formt json", "error: unknown option '--formt'; did you mean '--format'?\nTry 'radz classify --help'.\n")]
    [InlineData("classify xrays --format jsno",
        "error: --format is 'jsno', expected one of table, json, csv; did you mean 'json'?\nTry 'radz classify --help'.\n")]
    [InlineData("classify xrays --top 0", "error: --top is '0', expected a whole number of at least 1\nTry 'radz classify --help'.\n")]
    [InlineData("classify xrays --diseases mass --diseases-file f",
        "error: give either --diseases or --diseases-file, not both\nTry 'radz classify --help'.\n")]
    [InlineData("classify", "error: classify needs PATH\nTry 'radz classify --help'.\n")]
    [InlineData("evaluate a.csv b.csv", "error: 'b.csv' is one argument too many\nTry 'radz evaluate --help'.\n")]
    [InlineData("features xrays", "error: features needs --out F.safetensors or --figure DIR\nTry 'radz features --help'.\n")]
    [InlineData("knowledge shw", "error: there is no verb 'shw'; did you mean 'show'?\nTry 'radz knowledge --help'.\n")]
    public void A_mistake_names_what_was_probably_meant(string args, string error) =>
        Assert.Equal(new Run(2, "", error), world.Program.Start(args.Split(' ')));

    [Fact]
    public void The_version_is_the_builds() => Assert.StartsWith("0.2.0", world.Program.Start("--version").Out);

    [Fact]
    public void Without_a_model_the_shipped_one_ranks_real_films()
    {
        string Sample(string name) => Path.Combine(Fixtures.Repository, "samples", "images", name);
        var run = world.WithoutModel.Start("classify", Sample("IM-0709-0001.jpeg"), Sample("person1010_bacteria_2941.jpeg"), "--diseases",
            "pneumonia,no finding", "--format", "json");
        Assert.Equal((0, "radz-small"), (run.Code, run.Json.GetProperty("model").GetProperty("name").GetString()));
        string Top(int image) => run.Json.GetProperty("results")[image].GetProperty("findings")[0].GetProperty("disease").GetString()!;
        Assert.Equal(("no finding", "pneumonia"), (Top(0), Top(1)));
    }

    [Fact]
    public void A_fault_of_the_program_is_one_line_and_asks_for_a_report()
    {
        var (before, error) = (Console.Error, new StringWriter());
        Console.SetError(error);
        try
        {
            Assert.Equal(1, RadZ.Cli.RadzCommand.Unexpected(new InvalidOperationException("Never so.\nOr is it?")));
        }
        finally
        {
            Console.SetError(before);
        }
        Assert.Equal("error: InvalidOperationException: Never so. Or is it?\nThis is a bug: please report it with the command and this " +
            "message; RADZ_DEBUG=1 shows where it happened.\n", error.ToString());
    }
}
