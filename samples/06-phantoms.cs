#:project ../src/RadZ.Phantoms/RadZ.Phantoms.csproj
// Synthetic radiographs whose findings are true by construction: dotnet run samples/06-phantoms.cs -- FOLDER
using RadZ.Imaging.Pictures;
using RadZ.Phantoms;
using RadZ.Phantoms.Plan;

var source = new PhantomSource(new PhantomOptions { Seed = 1 }, size: 224);
var number = 0;
await foreach (Phantom phantom in source.StreamAsync(first: 0, count: 8))
{
    PictureFile.Write(PhantomSource.Levels(phantom), Path.Combine(args[0], $"{number}.png"));
    var findings = phantom.Findings.Select(f => $"{f.Plan.Disease} {f.SizeCentimetres:F1} cm").DefaultIfEmpty("no finding");
    Console.WriteLine($"{number}.png: {string.Join(", ", findings)}");
    number++;
}
