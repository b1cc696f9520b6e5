using Microsoft.Extensions.AI;
using RadZ.Descriptions.Chat;
using RadZ.Files;
using RadZ.Model.Features;
using RadZ.Model.Generation;
using RadZ.Recognition.Images;
using RadZ.Torch.Tests.Cli;

namespace RadZ.Torch.Tests.Descriptions;

[Collection(SharedWorld.Name)]
public class ModelChatTests(CliWorld world)
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_is_answered_as_the_generator_does()
    {
        using var encoder = RadiologyEncoder.Load(world.Model);
        using var chat = new ModelChat(encoder);
        ChatOptions options = new() { MaxOutputTokens = 14, Temperature = 0.7f, TopP = 0.9f, Seed = 4 };
        List<ChatMessage> messages = [new(ChatRole.System, "Be exact."), new(ChatRole.User, "What is a mass?"),
            new(ChatRole.Assistant, "A round opacity."), new(ChatRole.User, "How large?")];
        var response = await chat.GetResponseAsync(messages, options, Cancel);
        var expected = new TextGenerator(encoder).Reply([[new("Be exact.\n\nWhat is a mass?"), new("A round opacity."), new("How large?")]],
            new() { MaxTokens = 14, Temperature = 0.7f, TopP = 0.9f, Seed = 4 }, cancel: Cancel)[0];
        Assert.Equal((expected.Text, ChatFinishReason.Length, "tiny"), (response.Text.TrimEnd(), response.FinishReason, response.ModelId));
        Assert.Equal((expected.PromptTokens, 14), ((int)response.Usage!.InputTokenCount!, (int)response.Usage.OutputTokenCount!));

        var pieces = new List<string>();
        await foreach (var update in chat.GetStreamingResponseAsync(messages, options, Cancel)) pieces.Add(update.Text);
        Assert.Equal(response.Text, string.Concat(pieces));
        Assert.True(pieces.Count > 4);
        Assert.Equal("tiny", chat.GetService<ChatClientMetadata>()!.DefaultModelId);
    }

    [Fact]
    public async Task An_image_may_stand_in_a_question()
    {
        using var encoder = RadiologyEncoder.Load(world.Model);
        using var chat = new ModelChat(encoder);
        var bytes = File.ReadAllBytes(world.At("xrays", "a.png"));
        var response = await chat.GetResponseAsync([new(ChatRole.User,
            [new TextContent("What is seen?"), new DataContent(bytes, "image/png")])], new() { MaxOutputTokens = 10 }, Cancel);
        using var pixels = ImageBatches.Pixels(world.At("xrays", "a.png"), encoder.Folder.Preparation, CPU);
        Assert.Equal(new TextGenerator(encoder).Ask(pixels, ["What is seen?"], new() { MaxTokens = 10 }, cancel: Cancel)[0].Text,
            response.Text.TrimEnd());
        await Assert.ThrowsAsync<InvalidInputException>(() => chat.GetResponseAsync(
            [new(ChatRole.User, [new TextContent("?"), new DataContent(new byte[] { 1, 2, 3 }, "image/png")])], cancellationToken: Cancel));
    }

    [Fact]
    public async Task A_reader_that_goes_away_stops_the_work_and_turns_are_checked()
    {
        using var encoder = RadiologyEncoder.Load(world.Model);
        using var chat = new ModelChat(encoder);
        await foreach (var _ in chat.GetStreamingResponseAsync([new(ChatRole.User, "Go on.")],
            new() { MaxOutputTokens = 4000, Temperature = 2 }, Cancel)) break;
        Assert.NotEmpty((await chat.GetResponseAsync([new(ChatRole.User, "Still there?")], new() { MaxOutputTokens = 4, Temperature = 1 },
            Cancel)).Messages);
        await Assert.ThrowsAsync<ArgumentException>(() =>
            chat.GetResponseAsync([new(ChatRole.Assistant, "Me first.")], cancellationToken: Cancel));
        await Assert.ThrowsAsync<ArgumentException>(() =>
            chat.GetResponseAsync([new(ChatRole.User, "a"), new(ChatRole.Assistant, "b")], cancellationToken: Cancel));
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            chat.GetResponseAsync([new(ChatRole.User, "a")], cancellationToken: stopped.Token));
    }
}
