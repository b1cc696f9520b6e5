using RadZ.Model.Checkpoints;

namespace RadZ.Torch.Tests.Model;

public class FingerprintTests
{
    [Fact]
    public void It_is_of_what_folders_hold_not_of_how_they_are_called()
    {
        var root = Directory.CreateTempSubdirectory("radz-fingerprint-").FullName;
        try
        {
            string Folder(string name, string weights)
            {
                var folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
                File.WriteAllText(Path.Combine(folder, "x.safetensors"), weights);
                File.WriteAllText(Path.Combine(folder, "config.json"), "{}");
                return folder;
            }

            var hash = Fingerprint.Compute(Folder("a", "base"), Folder("b", "adapter"));
            Assert.Equal(hash, Fingerprint.Compute(Folder("z", "base"), Folder("y", "adapter")));
            Assert.NotEqual(hash, Fingerprint.Compute(Folder("a", "base"), Folder("b", "another")));
            Assert.NotEqual(hash, Fingerprint.Compute(Path.Combine(root, "y"), Path.Combine(root, "z")));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
