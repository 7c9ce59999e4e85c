// How questions are answered, out of settings and flags: for ask, chat and whatever else answers.
#include "core/app/answer_settings.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ctime>

#include "core/app/knowledge_base.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/wire/display_uri.h"

namespace quarry::app {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t largest_template = 1'000'000;  // bytes

answer::PromptTemplate parse_template(std::string text, const fs::path& path) {
    if (find_invalid_utf8(text)) text = replace_invalid_utf8(text);
    return answer::PromptTemplate::parse(text, wire::display_uri(path.string()));
}

answer::PromptTemplate read_template(const fs::path& path) {
    return parse_template(read_file(path, largest_template), path);
}

/// One of a project's, which may be a stranger's, and what a template holds goes to the model: a file in the project,
/// and no link to another one.
answer::PromptTemplate read_project_template(const fs::path& project, const fs::path& relative) {
    const fs::path inside = relative.lexically_normal();
    if (inside.is_absolute() || inside.empty() || *inside.begin() == "..") {
        throw Error(
            ErrorCode::usage,
            fmt::format("a project's file must not use {} as its prompt template",
                        wire::display_uri(relative.string())),
            "ask.template of a project must be a file in it; your own settings and --template may name any file");
    }
    return parse_template(read_file_below(project, inside.string(), largest_template), project / inside);
}

/// In the local time zone.
std::string today(const Clock& clock) {
    return fmt::format("{:%Y-%m-%d}", fmt::localtime(static_cast<std::time_t>(clock())));
}

}  // namespace

std::vector<fs::path> prompt_folders(const std::optional<fs::path>& project_folder,
                                     const config::Config::Environment& environment) {
    std::vector<fs::path> folders;
    if (project_folder) folders.push_back(*project_folder / "prompts");
    if (const auto user = config::user_config_file(environment)) folders.push_back(user->parent_path() / "prompts");
    return folders;
}

answer::PromptTemplate load_prompt_template(const std::string& name, const config::Config& config,
                                            const config::Config::Environment& environment) {
    if (name.empty() || name == "default") return answer::default_prompt_template();
    if (name.find_first_of("./") != std::string::npos) return read_template(name);
    std::vector<std::string> looked_in, names = {"default"};
    for (const fs::path& folder : prompt_folders(config.project_folder(), environment)) {
        const fs::path path = folder / (name + ".txt");
        std::error_code unknown;
        if (fs::exists(path, unknown)) {
            const bool is_project = config.project_folder() && folder == *config.project_folder() / "prompts";
            return is_project ? read_project_template(*config.project_folder(), fs::path("prompts") / path.filename())
                              : read_template(path);
        }
        looked_in.push_back(path.string());
        for (fs::directory_iterator at(folder, unknown); !unknown && at != fs::directory_iterator();
             at.increment(unknown)) {
            if (at->path().extension() == ".txt") names.push_back(at->path().stem().string());
        }
    }
    const auto nearest = closest(name, names);
    throw Error(ErrorCode::usage, fmt::format("there is no prompt template \"{}\"", name),
                nearest ? fmt::format("did you mean {}?", strip_terminal_controls(*nearest))
                        : "give a file, such as ./NAME.txt; \"default\" is the built-in template, which quarry ask "
                          "--show-prompt shows")
        .because(looked_in.empty() ? "there is no project and no home folder to look in"
                                   : fmt::format("looked for {}", fmt::join(looked_in, " and ")));
}

answer::PromptTemplate configured_template(const config::Config& config,
                                           const config::Config::Environment& environment) {
    const config::Config::Value& setting = config.value("ask.template");
    if (!setting.from_project || setting.text.find_first_of("./") == std::string::npos) {
        return load_prompt_template(setting.text, config, environment);
    }
    return read_project_template(config.project_folder().value(), setting.text);
}

void check_question_length(std::string_view question) {
    if (question.size() <= longest_question) return;
    throw Error(ErrorCode::usage, "the question is too long", "the limit is 100,000 bytes");
}

answer::AnswerOptions answer_options(const Services& services, const AnswerFlags& flags) {
    const config::Config& config = services.config;
    answer::AnswerOptions options;
    const search::SearchOptions search = configured_search(config, flags.mode);
    options.mode = search.mode;
    options.fusion = search.fusion;
    options.dense_weight = search.dense_weight;
    options.bm25 = search.bm25;
    options.rerank_depth = search.rerank_depth;
    options.filter = flags.filter;
    options.sources = static_cast<std::size_t>(flags.sources > 0 ? flags.sources : config.integer("ask.sources"));
    options.max_context_tokens = static_cast<std::size_t>(config.integer("ask.max_context_tokens"));
    options.min_score = config.number("ask.min_score");
    options.entailment = config.text("ask.entailment") == "model";
    options.prompt = flags.prompt_template.empty()
                         ? configured_template(config, services.environment)
                         : load_prompt_template(flags.prompt_template, config, services.environment);
    options.date = today(services.clock);
    if (const std::int64_t tokens = config.integer("chat.max_tokens"); tokens > 0) {
        options.max_tokens = static_cast<int>(tokens);
    }
    return options;
}

}  // namespace quarry::app
