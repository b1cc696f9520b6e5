#:project ../src/RadZ.Recognition/RadZ.Recognition.csproj
// A list of your own, as names, synonyms or free text: dotnet run samples/02-own-diseases.cs -- FILM DISEASE...
// A disease the model never saw has no calibrated estimate, only scores; the gate says whether the picture is a chest film at all.
using RadZ.Recognition;

using var radz = Recognizer.Load();
Reading reading = await radz.RecognizeAsync(args[0], args[1..]);
Console.WriteLine($"gate: {reading.Gate.Verdict} {string.Join("; ", reading.Gate.Reasons)}");
foreach (Finding f in reading.Findings)
    Console.WriteLine($"{f.Disease}: {f.Estimate?.ToString("P0") ?? "no estimate"}, score {f.Details.Score:F3}, " +
        $"{f.Details.Softmax:P0} of this list");
