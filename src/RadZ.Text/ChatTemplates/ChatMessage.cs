namespace RadZ.Text.ChatTemplates;

/// <summary>One message of a conversation; the user's and the assistant's take turns, the user's first.</summary>
/// <param name="Text">What is said. Nothing in it is a token: a typed <c>&lt;image&gt;</c> or <c>&lt;/s&gt;</c> stays text.</param>
/// <param name="ImageAt">Where in <paramref name="Text"/> the image stands; null for none.</param>
sealed record ChatMessage(string Text, int? ImageAt = null)
{
    /// <summary>A question about an image as the checkpoints were trained: the image, a line break, the question.</summary>
    public static ChatMessage WithImage(string question) => new("\n" + question, ImageAt: 0);
}
