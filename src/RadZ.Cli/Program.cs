return await RadZ.Cli.CommandLine.Run(args).ConfigureAwait(false);
