#:project ../src/RadZ.Recognition/RadZ.Recognition.csproj
// The views of one study give one reading, written as a FHIR R4 bundle: dotnet run samples/03-study-to-fhir.cs -- FILM... > study.json
using RadZ.Recognition;

using var radz = Recognizer.Load();
List<FilmSource> views = [.. args.Select(FilmSource.FromFile)];
Reading reading = await radz.RecognizeAsync(views);
foreach (string warning in reading.Warnings) Console.Error.WriteLine(warning);
Console.WriteLine(reading.ToFhir());
