#:project ../src/RadZ.Recognition/RadZ.Recognition.csproj
#:property PublishAot=false
using RadZ.Recognition;

using var radz = Recognizer.Load();
Reading reading = await radz.RecognizeAsync(args[0]);
foreach (Finding f in reading.Findings) Console.WriteLine($"{f.Disease} {f.Estimate:P0}");
