using RadZ.Experiments.Evaluating;
using RadZ.Experiments.Protocols;
using RadZ.Experiments.Running;
using RadZ.Files;

namespace RadZ.Experiments;

/// <summary>Labelled images and a model (or scores) in, figures out.</summary>
static class Evaluations
{
    /// <summary>Runs an evaluation under its protocol.</summary>
    /// <param name="request">What is measured on what.</param>
    /// <param name="context">The model, and who is told.</param>
    /// <param name="cancel">Stops it; a run with a folder can go on.</param>
    /// <exception cref="InvalidInputException">Set, model or scores cannot be used, or nothing could be scored.</exception>
    public static Task<EvaluationOutcome> RunAsync(EvaluationRequest request, ExperimentContext context, CancellationToken cancel)
    {
        var pipeline = new EvaluationPipeline(request, context);
        return request.Protocol switch
        {
            Protocol.ZeroShot => pipeline.RunAsync(cancel),
            Protocol.Probe or Protocol.Finetune => new ProtocolEvaluation(pipeline).RunAsync(cancel),
            _ => throw new ArgumentOutOfRangeException(nameof(request), request.Protocol, "no such protocol."),
        };
    }
}
