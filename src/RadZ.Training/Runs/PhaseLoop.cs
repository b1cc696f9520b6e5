using System.Diagnostics;
using RadZ.Training.Data;
using RadZ.Training.Optimization;
using RadZ.Training.Phases;
using RadZ.Training.Recipes;

namespace RadZ.Training.Runs;

/// <summary>
/// The loop of one phase: batches, losses, steps, moving average, validation, checkpoints. Knows nothing of what is trained.
/// </summary>
sealed class PhaseLoop : IDisposable
{
    readonly ITrainingTask _task;
    readonly PhaseRecipe _phase;
    readonly FlatAdamW _optimizer;
    readonly MovingAverage? _average;
    readonly Tensor[] _averagedBuffers;
    readonly Schedule _schedule;

    public PhaseLoop(string name, ITrainingTask task, PhaseRecipe phase, int batchesPerEpoch)
    {
        (Name, _task, _phase) = (name, task, phase);
        StepsPerEpoch = Math.Max(1, batchesPerEpoch / phase.Accumulate);
        Steps = Math.Max(1, (int)Math.Round(phase.Epochs * batchesPerEpoch / phase.Accumulate));
        _schedule = new(phase.Rate, Steps, (int)Math.Round(phase.Warmup * Steps), phase.Floor);
        _optimizer = new FlatAdamW(task.Groups, beta2: phase.Beta2);
        using var flat = _optimizer.Flat();
        _average = phase.Ema > 0 ? new(flat, phase.Ema) : null;
        _averagedBuffers = _average is null ? [] : [.. task.Buffers.Select(b => b.Value.clone().DetachFromDisposeScope())];
    }

    public string Name { get; }

    public int Steps { get; }

    public int StepsPerEpoch { get; }

    public int Step { get; private set; }

    public int OptimizerSteps => _optimizer.Steps;

    /// <summary>Everything of this phase that a checkpoint needs.</summary>
    public IEnumerable<(string Name, Tensor Value)> State =>
        _task.Buffers.Select(b => ($"buffer.{b.Name}", b.Value))
            .Concat(_task.State.Select(s => ($"task.{s.Name}", s.Value)))
            .Concat(_optimizer.State)
            .Concat(_average is null ? [] : [("average", _average.Value_N)])
            .Concat(_averagedBuffers.Select((b, i) => ($"average.buffer.{_task.Buffers[i].Name}", b)));

    public void Restore(Checkpoint checkpoint)
    {
        using var _ = NewDisposeScope();
        using var __ = no_grad();
        Step = checkpoint.Step;
        checkpoint.Restore(State.Where(s =>
            !s.Name.StartsWith("adamw.", StringComparison.Ordinal) && !s.Name.StartsWith("task.", StringComparison.Ordinal)));
        if (checkpoint.Holds("task.bank")) _task.Restore(name => checkpoint.Read($"task.{name}"));
        _optimizer.Restore(checkpoint.OptimizerSteps, checkpoint.Read);
    }

    /// <summary>Runs to the end of the phase, or to a cancellation between two steps.</summary>
    /// <param name="batches">Batches from number <see cref="Step"/> * accumulate on.</param>
    /// <param name="stepped">After every step.</param>
    /// <param name="validate">Every <see cref="PhaseRecipe.ValidateEpochs"/> and at the end, with the averaged weights in place.</param>
    /// <param name="save">Whenever a checkpoint is due.</param>
    /// <param name="checkpointSteps">Steps between two.</param>
    /// <param name="cancel">Stops after the step at hand; a checkpoint is written first.</param>
    public async Task RunAsync(IAsyncEnumerable<TrainingBatch> batches, Action<StepReport> stepped, Action<double> validate, Action save,
        int checkpointSteps, CancellationToken cancel)
    {
        var speed = new Speed();
        var validateSteps = Math.Max(1, (int)Math.Round(_phase.ValidateEpochs * StepsPerEpoch));
        var waiting = new List<TrainingBatch>();
        await foreach (var batch in batches.ConfigureAwait(false))
        {
            waiting.Add(batch);
            if (waiting.Count < _phase.Accumulate) continue;
            var (terms, rate, norm) = TakeStep(waiting);
            speed.Add(waiting.Sum(b => b.Size));
            waiting.Clear();
            stepped(new()
            {
                Phase = Name,
                Step = Step,
                Steps = Steps,
                Epoch = Step / (double)StepsPerEpoch,
                Rate = rate,
                Norm = norm,
                Terms = terms,
                ImagesPerSecond = speed.ImagesPerSecond,
                Left = speed.Left(Steps - Step, _phase.Batch * _phase.Accumulate),
            });
            var (last, stop) = (Step == Steps, cancel.IsCancellationRequested);
            if (!last && (stop || Step % checkpointSteps == 0)) save();
            if (!last && stop) throw new OperationCanceledException(cancel);
            if (!last && Step % validateSteps == 0) WithAverage(() => validate(Step / (double)StepsPerEpoch));
        }
        if (_average is not null) TakeAverage();
        validate(Step / (double)StepsPerEpoch);
    }

    (IReadOnlyList<(string, double)> Terms, double Rate, double Norm) TakeStep(IReadOnlyList<TrainingBatch> batches)
    {
        using var _ = NewDisposeScope();
        var sums = new Dictionary<string, double>();
        foreach (var (i, batch) in batches.Index())
        {
            using var scope = NewDisposeScope();
            var loss = _task.Learn(batch, Step * _phase.Accumulate + i, batches.Count);
            foreach (var (name, value) in loss.Terms.Prepend(("loss", loss.Total)))
                sums[name] = sums.GetValueOrDefault(name) + value.detach().ToDouble() / batches.Count;
        }
        if (!double.IsFinite(sums["loss"]))
            throw new TrainingDivergedException($"The loss is {sums["loss"]} at step {Step} of {Name}; lower the rate or raise the " +
                "warm-up. The last checkpoint is untouched.");
        var rate = _schedule.At(Step);
        var norm = _optimizer.Step(rate, _phase.ClipNorm);
        Step++;
        if (_average is not null)
        {
            using var flat = _optimizer.Flat();
            _average.Add(flat, Step);
            AverageBuffers();
        }
        return ([.. sums.Select(s => (s.Key, s.Value))], rate, norm);
    }

    void AverageBuffers()
    {
        for (var i = 0; i < _averagedBuffers.Length; i++)
            MovingAverage.Blend(_averagedBuffers[i], _task.Buffers[i].Value, _phase.Ema, Step);
    }

    /// <summary>Does something with the averaged weights in place of the trained ones.</summary>
    void WithAverage(Action action)
    {
        if (_average is null)
        {
            action();
            return;
        }
        using var _ = NewDisposeScope();
        var (weights, buffers) = (_optimizer.Flat(), _task.Buffers.Select(b => b.Value.clone()).ToArray());
        TakeAverage();
        action();
        _optimizer.Assign(weights);
        CopyBuffers(buffers);
    }

    void TakeAverage()
    {
        _optimizer.Assign(_average!.Value_N);
        CopyBuffers(_averagedBuffers);
    }

    void CopyBuffers(Tensor[] values)
    {
        using var _ = no_grad();
        for (var i = 0; i < values.Length; i++) _task.Buffers[i].Value.copy_(values[i]);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _average?.Dispose();
        foreach (var buffer in _averagedBuffers) buffer.Dispose();
    }

    /// <summary>Images a second over the last minute or so.</summary>
    sealed class Speed
    {
        readonly Queue<(long At, int Images)> _recent = new([(Stopwatch.GetTimestamp(), 0)]);

        public double ImagesPerSecond { get; private set; }

        public void Add(int images)
        {
            _recent.Enqueue((Stopwatch.GetTimestamp(), images));
            while (_recent.Count > 50) _recent.Dequeue();
            ImagesPerSecond = _recent.Skip(1).Sum(r => r.Images) / Math.Max(1e-6, Stopwatch.GetElapsedTime(_recent.Peek().At).TotalSeconds);
        }

        public TimeSpan Left(int steps, int imagesPerStep) =>
            TimeSpan.FromSeconds(steps * (double)imagesPerStep / Math.Max(1e-6, ImagesPerSecond));
    }
}
