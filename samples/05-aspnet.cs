#:sdk Microsoft.NET.Sdk.Web
#:project ../src/RadZ.Recognition/RadZ.Recognition.csproj
// dotnet run samples/05-aspnet.cs -- --urls http://localhost:5000
// curl --data-binary @samples/images/IM-0709-0001.jpeg localhost:5000/findings
using RadZ.Files;
using RadZ.Recognition;
using RadZ.Recognition.Hosting;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRadZ(builder.Configuration.GetSection("RadZ"));
var app = builder.Build();
app.MapPost("/findings", async (HttpRequest request, Recognizer radz, CancellationToken cancel) =>
{
    try
    {
        Reading reading = await radz.RecognizeAsync(request.Body, cancel: cancel);
        return Results.Ok(reading.Findings.Select(f => new { f.Disease, f.Estimate }));
    }
    catch (InvalidInputException e)
    {
        return Results.BadRequest(new { e.Kind, e.Message });
    }
});
app.Run();
