return await RadZ.Cli.RadzCommand.RunAsync(args).ConfigureAwait(false);
