namespace RadZ.Tests;

public class AssemblyTests
{
    [Fact]
    public void Only_what_computes_tensors_knows_torch()
    {
        var references = new[] { "RadZ.Inputs", "RadZ.Evaluation", "RadZ.Evaluation.Report", "RadZ.Phantoms", "RadZ.Hub",
            "RadZ.Reporting" }.Select(System.Reflection.Assembly.Load)
            .SelectMany(a => a.GetReferencedAssemblies()).Select(a => a.Name);
        Assert.DoesNotContain("TorchSharp", references);
    }
}
