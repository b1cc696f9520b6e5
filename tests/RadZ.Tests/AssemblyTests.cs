namespace RadZ.Tests;

public class AssemblyTests
{
    [Fact]
    public void Only_what_computes_tensors_knows_torch()
    {
        string[] rooms = ["RadZ.Files", "RadZ.Imaging", "RadZ.Text", "RadZ.Data", "RadZ.Evaluation", "RadZ.RunReports", "RadZ.Phantoms",
            "RadZ.Hub", "RadZ.Export"];
        var references = rooms.Select(System.Reflection.Assembly.Load).SelectMany(a => a.GetReferencedAssemblies()).Select(a => a.Name);
        Assert.DoesNotContain("TorchSharp", references);
    }
}
