#include "core/extract/command_extractor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <utility>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/subprocess.h"
#include "core/base/text.h"
#include "core/extract/converter.h"
#include "core/extract/extract_watch.h"
#include "core/extract/file_ending.h"

namespace quarry::extract {
namespace {

/// The user's own commands may be large ones; what runs away is ended all the same.
constexpr std::uint64_t most_command_memory = 4'000'000'000;

constexpr std::string_view file_argument = "{file}";

const Extractor& output_extractor(const ExtractCommand& command) {
    const Extractor& output = extractor_by_name(command.type);
    if (output.is_binary()) {
        throw Error(ErrorCode::usage, fmt::format("a command that extracts cannot write {}", command.type),
                    "it writes text, markdown, html or another kind of text");
    }
    return output;
}

/// The reason's cause, and for a program that there is not, how to get along.
Error command_failed(const SubprocessResult& result, const std::string& program, std::string_view name) {
    const bool missing = result.ending == SubprocessResult::Ending::not_started && result.status == ENOENT;
    return Error(ErrorCode::failed, fmt::format("cannot read {} by the command {}", printable_name(name), program),
                 missing ? fmt::format("install {}, or change extract.command in the configuration", program)
                         : std::string("run the command by hand; the setting extract.command names it"))
        .because(missing ? fmt::format("the program {} is not installed", program) : subprocess_cause(result));
}

}  // namespace

CommandExtractor::CommandExtractor(ExtractCommand command)
    : command_(std::move(command)), output_(output_extractor(command_)) {
    name_ = fmt::format("command {}", command_.command.empty() ? "" : command_.command.front());
    extensions_.assign(command_.extensions.begin(), command_.extensions.end());
}

document::Document CommandExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    const bool takes_file =
        std::find(command_.command.begin(), command_.command.end(), file_argument) != command_.command.end();
    std::vector<std::string> arguments = command_.command;
    std::optional<TemporaryDirectory> folder;
    if (takes_file) {
        folder.emplace();
        const std::string ending = file_ending(options.name);
        const bool plain = std::all_of(ending.begin(), ending.end(),
                                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
        const std::string file = (folder->path() / (plain && !ending.empty() ? "input." + ending : "input")).string();
        write_file_atomically(file, bytes);
        std::replace(arguments.begin(), arguments.end(), std::string(file_argument), file);
        bytes.clear();
        bytes.shrink_to_fit();
    }
    SubprocessResult result = run_subprocess(arguments, bytes,
                                             {.max_time = command_.timeout,
                                              .max_output_bytes = options.limits.max_text_bytes,
                                              .max_file_bytes = options.limits.max_inflated_bytes,
                                              .resident_bytes = most_command_memory},
                                             options.cancel);
    if (!result.succeeded()) throw command_failed(result, command_.command.front(), options.name);
    if (trim(result.output).empty()) {
        throw Error(
            ErrorCode::failed,
            fmt::format("cannot read {} by the command {}", printable_name(options.name), command_.command.front()),
            "run the command by hand; the setting extract.command names it")
            .because("it wrote nothing");
    }
    return convert(output_, std::move(result.output), options);
}

ExtractorSet::ExtractorSet(const std::vector<ExtractCommand>& commands) {
    for (const ExtractCommand& command : commands) {
        commands_.push_back(std::make_shared<const CommandExtractor>(command));
    }
}

const Extractor* ExtractorSet::find_command(std::string_view file_name) const {
    const std::string ending = file_ending(file_name);
    for (const auto& command : commands_) {
        const auto endings = command->extensions();
        if (std::find(endings.begin(), endings.end(), ending) != endings.end()) return command.get();
    }
    return nullptr;
}

const Extractor* ExtractorSet::find_for_file(std::string_view file_name) const {
    const Extractor* const command = find_command(file_name);
    return command != nullptr ? command : find_extractor_for_file(file_name);
}

const Extractor* ExtractorSet::find(std::string_view file_name, std::string_view first_bytes) const {
    const Extractor* const command = find_command(file_name);
    return command != nullptr ? command : find_extractor(file_name, first_bytes);
}

}  // namespace quarry::extract
