namespace RadZ.Tests;

public class AssemblyTests
{
    [Fact]
    public void Inputs_and_evaluation_know_nothing_of_torch()
    {
        var references = new[] { typeof(InvalidInputException).Assembly, System.Reflection.Assembly.Load("RadZ.Evaluation"), System.Reflection.Assembly.Load("RadZ.Evaluation.Report") }
            .SelectMany(a => a.GetReferencedAssemblies()).Select(a => a.Name);
        Assert.DoesNotContain("TorchSharp", references);
    }
}
