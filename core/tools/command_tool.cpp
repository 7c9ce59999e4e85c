#include "core/tools/command_tool.h"

#include <fmt/format.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/subprocess.h"
#include "core/base/text.h"
#include "core/tools/fence.h"

namespace quarry::tools {
namespace {

using Json = nlohmann::json;

/// A program that writes more is ended; what is over CommandToolOptions::max_output_bytes is cut.
constexpr std::uint64_t most_output_bytes = 10'000'000;

/// A place such as {city} in an argument.
struct CommandPlace {
    std::size_t start = 0, end = 0;
    std::string name;
};

/// The next place behind an offset: braces around a name. Other braces are text.
std::optional<CommandPlace> find_place(std::string_view argument, std::size_t from) {
    for (std::size_t open = argument.find('{', from); open != std::string_view::npos;
         open = argument.find('{', open + 1)) {
        const std::size_t close =
            argument.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", open + 1);
        if (close == std::string_view::npos || argument[close] != '}' || close == open + 1) continue;
        return CommandPlace{open, close + 1, std::string(argument.substr(open + 1, close - open - 1))};
    }
    return std::nullopt;
}

std::string value_for_argument(const Json& arguments, const std::string& name) {
    const auto value = arguments.find(name);
    if (value == arguments.end() || value->is_null()) return {};
    std::string text = value->is_string() ? value->get<std::string>() : value->dump();
    if (text.find('\0') != std::string::npos) {
        throw Error(ErrorCode::failed, fmt::format("{} has a NUL byte in it", name));
    }
    return text;
}

std::string fill_argument(const std::string& argument, const Json& arguments) {
    std::string filled;
    std::size_t from = 0;
    while (const std::optional<CommandPlace> place = find_place(argument, from)) {
        filled += argument.substr(from, place->start - from);
        const std::string value = value_for_argument(arguments, place->name);
        if (filled.empty() && value.starts_with('-')) {
            throw Error(ErrorCode::failed, fmt::format("{} must not begin with -", place->name));
        }
        filled += value;
        from = place->end;
    }
    return filled + argument.substr(from);
}

class CommandTool final : public Tool {
public:
    explicit CommandTool(CommandToolOptions options) : options_(std::move(options)) {
        if (options_.command.empty() || options_.command.front().empty()) {
            throw Error(ErrorCode::usage, fmt::format("the tool {} has no command", options_.tool.name));
        }
        const Json schema = parse_bounded_json(options_.tool.parameters);
        const Json parameters = schema.is_object() ? schema.value("properties", Json::object()) : Json::object();
        for (const std::string& argument : options_.command) {
            for (auto place = find_place(argument, 0); place; place = find_place(argument, place->end)) {
                const bool first = &argument == &options_.command.front();
                if (!first && parameters.is_object() && parameters.contains(place->name)) continue;
                throw Error(ErrorCode::usage,
                            fmt::format("the tool {} has {{{}}} in its command", options_.tool.name, place->name),
                            "use the name of a property of its parameters; arguments are also on standard input")
                    .because(first ? "the model must not choose the program" : "its parameters have no such property");
            }
        }
    }
    [[nodiscard]] const llm::ChatTool& definition() const override { return options_.tool; }
    [[nodiscard]] bool read_only() const override { return options_.read_only; }
    [[nodiscard]] bool idempotent() const override { return options_.read_only || options_.idempotent; }
    [[nodiscard]] bool concurrent() const override { return true; }

    [[nodiscard]] std::string run(const Json& arguments, ToolRun& run) override {
        std::vector<std::string> words;
        for (const std::string& argument : options_.command) words.push_back(fill_argument(argument, arguments));
        const SubprocessResult result =
            run_subprocess(words, arguments.dump(-1, ' ', false, Json::error_handler_t::replace),
                           {.max_time = options_.timeout, .max_output_bytes = most_output_bytes}, &run.cancellation);
        if (!result.succeeded()) {
            const bool missing = result.ending == SubprocessResult::Ending::not_started && result.status == ENOENT;
            throw Error(ErrorCode::failed, fmt::format("the tool {} failed", options_.tool.name))
                .because(missing ? fmt::format("the program {} is not installed", options_.command.front())
                                 : subprocess_cause(result));
        }
        std::string text = replace_invalid_utf8(result.output);
        if (text.size() > options_.max_output_bytes) {
            text.resize(floor_to_code_point(text, options_.max_output_bytes));
            text += "\n(cut: it wrote more)";
        }
        return fenced("RESULT", text, run.fence);
    }

private:
    CommandToolOptions options_;
};

}  // namespace

std::unique_ptr<Tool> make_command_tool(CommandToolOptions options) {
    return std::make_unique<CommandTool>(std::move(options));
}

}  // namespace quarry::tools
