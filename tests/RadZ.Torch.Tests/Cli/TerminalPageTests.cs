using RadZ.Cli.Output;
using Spectre.Console.Testing;

namespace RadZ.Torch.Tests.Cli;

public class TerminalPageTests
{
    [Fact]
    public void Bars_are_drawn_in_eighths_and_names_are_not_markup()
    {
        using var console = new TestConsole();
        var page = new TerminalPage(console);
        page.Heading("[x].png");
        page.Table(["disease", "", "probability"],
            [["mass [sic]", Cell.Bar(0.5), Cell.Number("50.0 %")], ["edema", Cell.Bar(0.26), Cell.Number("26.0 %")]]);

        Assert.Equal("[x].png", console.Lines[0]);
        Assert.Equal("mass [sic]  ████████████                   50.0 %", console.Lines[2].TrimEnd());
        Assert.Equal("edema       ██████▎                        26.0 %", console.Lines[3].TrimEnd());
    }
}
