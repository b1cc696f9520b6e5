using System.Net;
using System.Net.Http.Headers;
using RadZ.Files;

namespace RadZ.Hub;

/// <summary>What a pull brought.</summary>
/// <param name="Folder">To give to <c>--model</c>.</param>
/// <param name="Listing">The commit and all that the repository holds.</param>
/// <param name="Taken">The files of it that are in the folder.</param>
/// <param name="Fetched">How many of them this pull fetched.</param>
sealed record Pulled(string Folder, HubListing Listing, IReadOnlyList<HubFile> Taken, int Fetched);

/// <summary>
/// Brings a model repository onto this machine: in parallel ranges, going on where an earlier pull was stopped or killed, each file checked
/// against the hub's hash before it gets its name.
/// </summary>
/// <param name="settings">Where the hub is and who asks.</param>
/// <param name="options">How patiently.</param>
/// <param name="progress">Hears of it.</param>
sealed class Pull(HubSettings settings, PullOptions options, IPullProgress progress)
{
    /// <summary>Fetches what is missing.</summary>
    /// <param name="repository">What to bring.</param>
    /// <param name="revision">A branch, tag or commit.</param>
    /// <param name="choose">Which of the files.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="cancel">Stops; the same call goes on later.</param>
    /// <exception cref="InvalidInputException">The hub refuses, lies or is not to be reached; or the disk is too small.</exception>
    public async Task<Pulled> RunAsync(RepositoryName repository, string revision, Func<HubListing, IReadOnlyList<HubFile>> choose,
        Destination destination, CancellationToken cancel)
    {
        using var client = new HubClient(settings, options, progress);
        var listing = await client.ListAsync(repository, revision, cancel).ConfigureAwait(false);
        var taken = choose(listing);
        Directory.CreateDirectory(destination.Partials);
        using var alone = Lock(destination);
        HubFile[] missing = [.. taken.Where(f => !destination.Has(listing, f, cancel)).DistinctBy(f => destination.PlaceOf(listing, f))];
        Transfer[] transfers = [.. missing.Select(f => new Transfer(f, Path.Combine(destination.Partials, f.Hash), options.PartSize))];
        try
        {
            RequireSpace(destination, transfers);
            progress.Begin(missing.Length, missing.Sum(f => f.Size), transfers.Sum(t => t.Received));
            await FetchAsync(client, repository, listing, destination, transfers, cancel).ConfigureAwait(false);
        }
        finally
        {
            foreach (var transfer in transfers) transfer.Dispose();
        }
        foreach (var file in taken) destination.Show(listing, file);
        alone.Dispose();
        destination.Complete(listing, revision);
        return new(destination.FolderOf(listing), listing, taken, missing.Length);
    }

    async Task FetchAsync(HubClient client, RepositoryName repository, HubListing listing, Destination destination, Transfer[] transfers,
        CancellationToken cancel)
    {
        // empty, or killed just before it was named
        foreach (var whole in transfers.Where(t => t.IsComplete)) await Publish(whole).ConfigureAwait(false);
        var parts = transfers.Where(t => !t.IsComplete)
            .SelectMany(t => Enumerable.Range(0, t.Parts).Where(p => !t.IsDone(p)).Select(p => (Transfer: t, Part: p))).ToArray();
        await Parallel.ForEachAsync(parts, new ParallelOptions { MaxDegreeOfParallelism = options.Connections, CancellationToken = cancel },
            async (one, stop) =>
        {
            if (!one.Transfer.Enter(one.Part)) return;
            await FetchPartAsync(client, client.AddressOf(repository, listing.Commit, one.Transfer.File), one.Transfer, one.Part, stop)
                .ConfigureAwait(false);
            if (one.Transfer.Abandon()) await Publish(one.Transfer).ConfigureAwait(false);
        }).ConfigureAwait(false);

        async Task Publish(Transfer transfer)
        {
            for (var again = false; !transfer.HasRightHash(cancel); again = true)
            {
                var address = client.AddressOf(repository, listing.Commit, transfer.File);
                if (again)
                    throw new InvalidInputException(HubFault.Display(address), "wrong-hash",
                        $"twice, what came has not the hash that the hub lists ({transfer.File.Hash}); do not trust this source.");
                progress.Waiting($"{transfer.File.Path} has not the hash that the hub lists; it is fetched once more", TimeSpan.Zero);
                progress.Received(-transfer.Received);
                transfer.Reset();
                for (var part = 0; part < transfer.Parts; part++)
                    await FetchPartAsync(client, address, transfer, part, cancel).ConfigureAwait(false);
            }
            transfer.MoveTo(destination.PlaceOf(listing, transfer.File));
            destination.Show(listing, transfer.File);
            progress.Published(transfer.File);
        }
    }

    /// <summary>Fetches one part, however often the connection fails.</summary>
    async Task FetchPartAsync(HubClient client, Uri address, Transfer transfer, int part, CancellationToken cancel)
    {
        var at = transfer.Start(part);
        for (var failures = 0; !transfer.IsDone(part);)
        {
            var before = at;
            try
            {
                using var response = await client.GetAsync(address, new RangeHeaderValue(at, transfer.End(part) - 1), transfer.File.Path,
                    cancel)
                    .ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.OK) at = Rewind(at);
                if (response.StatusCode == HttpStatusCode.OK && transfer.Parts > 1)
                {
                    await FetchWholeAsync(client, response, transfer, part, cancel).ConfigureAwait(false);
                    return;
                }
                RequireRange(response, at, transfer);
                await foreach (var bytes in client.ReadAsync(response, cancel).ConfigureAwait(false))
                {
                    if (at + bytes.Length > transfer.End(part))
                        throw new HubFault("wrong-length", $"more bytes of {transfer.File.Path} came than were asked for", passing: true);
                    transfer.Write(at, bytes.Span);
                    at += bytes.Length;
                    progress.Received(bytes.Length);
                }
                if (at < transfer.End(part))
                    throw new HubFault("cut", $"the connection ended {transfer.End(part) - at} bytes early in {transfer.File.Path}",
                        passing: true);
                transfer.Finish(part);
            }
            catch (HubFault fault)
            {
                failures = at - before >= Math.Min(1 << 20, options.PartSize / 4) ? 1 : failures + 1;
                await client.PauseAfterAsync(fault, failures, address, cancel).ConfigureAwait(false);
            }
        }

        long Rewind(long came)
        {
            progress.Received(transfer.Start(part) - came);
            return transfer.Start(part);
        }
    }

    /// <summary>Takes a whole file from a server that knows no ranges; one connection does, the others find their parts done.</summary>
    async Task FetchWholeAsync(HubClient client, HttpResponseMessage response, Transfer transfer, int part, CancellationToken cancel)
    {
        await transfer.Whole.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (transfer.IsDone(part)) return;
            RequireRange(response, 0, transfer);
            var (at, next) = (0L, 0);
            await foreach (var bytes in client.ReadAsync(response, cancel).ConfigureAwait(false))
            {
                if (at + bytes.Length > transfer.File.Size)
                    throw new HubFault("wrong-length", $"more bytes of {transfer.File.Path} came than the hub lists", passing: true);
                transfer.Write(at, bytes.Span);
                at += bytes.Length;
                for (; next < transfer.Parts && transfer.End(next) <= at; next++)
                {
                    if (transfer.IsDone(next)) continue;
                    progress.Received(transfer.End(next) - transfer.Start(next));
                    transfer.Finish(next);
                }
            }
            if (at < transfer.File.Size)
                throw new HubFault("cut", $"the connection ended {transfer.File.Size - at} bytes early in {transfer.File.Path}",
                    passing: true);
        }
        finally
        {
            transfer.Whole.Release();
        }
    }

    /// <summary>The answer must begin where it was asked to and be of a file as long as the hub lists.</summary>
    static void RequireRange(HttpResponseMessage response, long from, Transfer transfer)
    {
        var size = transfer.File.Size;
        var said = response.Content.Headers.ContentRange;
        if (response.StatusCode == HttpStatusCode.PartialContent && (said?.From != from || (said.HasLength && said.Length != size)))
            throw new HubFault("wrong-length",
                $"bytes from {from} of {size} of {transfer.File.Path} were asked for, the server answers '{said}'", passing: true);
        if (response.StatusCode == HttpStatusCode.OK && response.Content.Headers.ContentLength is { } length && length != size)
            throw new HubFault("wrong-length", $"{transfer.File.Path} has {size} bytes by the hub's list, the server sends {length}",
                passing: true);
    }

    void RequireSpace(Destination destination, Transfer[] transfers)
    {
        var needed = transfers.Sum(t => t.File.Size - t.Received);
        var free = options.FreeSpace?.Invoke(destination.Partials) ?? new DriveInfo(destination.Partials).AvailableFreeSpace;
        if (needed > free)
            throw new InvalidInputException(destination.Partials, "no-space",
                $"{needed / 1e9:0.00} GB are to be fetched and {free / 1e9:0.00} GB are free on this disk; make room, or choose another " +
                "place with --out or HF_HOME.");
    }

    static IDisposable Lock(Destination destination) => FolderLock.TryTake(Path.Combine(destination.Partials, "lock"))
        ?? throw new InvalidInputException(destination.Partials, "busy",
            "another pull into this place is running; wait for it, or stop it.");
}
