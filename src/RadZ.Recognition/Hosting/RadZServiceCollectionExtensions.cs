using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RadZ.Recognition.Hosting;

/// <summary>Recognition in a host with dependency injection.</summary>
public static class RadZServiceCollectionExtensions
{
    /// <summary>
    /// Adds one <see cref="Recognizer"/> for all, loaded when it is first asked for and disposed with the container. Options are bound from
    /// a section (a key that is no option is an error) and validated as the host starts: an <see cref="OptionsValidationException"/> tells
    /// all that is wrong. Activities and figures: source and meter <c>RadZ</c>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The section, as <c>configuration.GetSection("RadZ")</c>.</param>
    public static IServiceCollection AddRadZ(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddOptions<RecognizerOptions>().Bind(configuration, b => b.ErrorOnUnknownConfiguration = true).ValidateOnStart();
        return services.AddRecognizer();
    }

    /// <summary>The same with options that code sets.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options; null: all by default.</param>
    public static IServiceCollection AddRadZ(this IServiceCollection services, Action<RecognizerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<RecognizerOptions>();
        if (configure is not null) options.Configure(configure);
        options.ValidateOnStart();
        return services.AddRecognizer();
    }

    static IServiceCollection AddRecognizer(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<RecognizerOptions>, OptionsValidator>());
        services.TryAddSingleton(p =>
            Recognizer.Load(p.GetRequiredService<IOptions<RecognizerOptions>>().Value, p.GetService<ILogger<Recognizer>>()));
        return services;
    }

    sealed class OptionsValidator : IValidateOptions<RecognizerOptions>
    {
        public ValidateOptionsResult Validate(string? name, RecognizerOptions options) =>
            options.Violations() is { Count: > 0 } wrong ? ValidateOptionsResult.Fail(wrong) : ValidateOptionsResult.Success;
    }
}
