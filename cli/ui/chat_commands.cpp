// What begins with a slash in a chat.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/text/answer_text.h"
#include "cli/ui/chat_loop.h"
#include "cli/ui/chat_stoppable.h"
#include "cli/ui/output.h"
#include "cli/ui/word_wrap.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/wire/conversation_json.h"
#include "core/wire/conversation_markdown.h"
#include "core/wire/display_uri.h"

namespace quarry::cli {
namespace {

constexpr std::size_t found_in_chat = 5;

const std::vector<std::string>& chat_command_names() {
    static const std::vector<std::string> names = {"help",  "sources", "retry",  "save", "new", "model",
                                                   "tools", "history", "search", "quit", "exit"};
    return names;
}

}  // namespace

ChatLoop::Next ChatLoop::command(const std::string& line) {
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string name = line.substr(1, space - 1);
    const std::string rest(trim(std::string_view(line).substr(space)));
    try {
        if (name == "quit" || name == "exit") return Next::leave;
        if (name == "help") {
            show_help();
        } else if (name == "sources") {
            show_sources();
        } else if (name == "retry") {
            answer(nullptr);
        } else if (name == "save") {
            save(rest);
        } else if (name == "new") {
            for (const std::string& note : conversation_.open(rest)) context_.out.note(note);
            last_.reset();
        } else if (name == "model") {
            change_model(rest);
        } else if (name == "tools") {
            const auto names = conversation_.tool_names();
            context_.out.result() << (names ? fmt::format("{}\n", fmt::join(*names, "\n"))
                                               : std::string("no tools; begin with: quarry chat --tools\n"))
                                  << std::flush;
        } else if (name == "history") {
            context_.out.result() << wire::conversation_markdown(conversation_.name(), conversation_.turns())
                                  << std::flush;
        } else if (name == "search") {
            show_search(rest);
        } else {
            const auto nearest = closest(name, chat_command_names());
            throw Error(ErrorCode::usage,
                        fmt::format("there is no command /{}", one_line(strip_terminal_controls(name), 50)),
                        nearest ? fmt::format("did you mean /{}?", *nearest)
                                : "/help lists them; a question that begins with a slash needs a space before it");
        }
    } catch (const Error& error) {
        if (error.code() == ErrorCode::interrupted) throw;
        ++failures_;
        context_.out.error(error);
    }
    return Next::go_on;
}

void ChatLoop::show_help() {
    context_.out.result() << "/sources         the sources of the last answer again\n"
                             "/retry           ask the last question again, in place of its answer\n"
                             "/search WORDS    look for passages, without an answer\n"
                             "/save FILE       write the conversation to a new file, as Markdown or (.json) JSON\n"
                             "/history         show the conversation\n"
                             "/new [NAME]      begin another conversation, or go on with the one of that name\n"
                             "/model NAME      switch to another model\n"
                             "/tools           what the model may call\n"
                             "/quit            end; Ctrl-D does too\n"
                             "Ctrl-C stops an answer. A line that ends in \\ goes on in the next; lines between two\n"
                             "of \"\"\" belong together. Anything else is a question.\n"
                          << std::flush;
}

void ChatLoop::show_sources() {
    if (!last_ || last_->citations.empty()) {
        context_.out.note("the last answer has no sources");
        return;
    }
    print_sources(context_.out, *last_);
    context_.out.result() << std::flush;
}

void ChatLoop::show_search(const std::string& query) {
    if (query.empty()) throw Error(ErrorCode::usage, "there is nothing to look for", "write /search WORDS");
    const Stoppable work(*this);
    const search::SearchResult result = [&] {
        try {
            return conversation_.search(query, found_in_chat, work.cancellation());
        } catch (const Error& error) {
            if (error.code() != ErrorCode::interrupted || !work.alone()) throw;
            throw Error(ErrorCode::failed, "the search was stopped", "");
        }
    }();
    if (result.hits.empty()) context_.out.note("nothing was found");
    for (const search::SearchHit& hit : result.hits) {
        context_.out.result() << wire::display_location(hit.chunk.uri, hit.chunk.span.start_line,
                                                        hit.chunk.span.start_line)
                              << '\n'
                              << wrapped_line(context_.out, one_line(strip_terminal_controls(hit.chunk.text), 300), 4);
    }
    context_.out.result() << std::flush;
}

void ChatLoop::save(const std::string& path) {
    if (path.empty()) throw Error(ErrorCode::usage, "there is no file name", "write /save FILE");
    std::error_code unknown;
    if (std::filesystem::exists(path, unknown)) {
        throw Error(ErrorCode::failed, fmt::format("the file {} exists already", path), "give a new name");
    }
    const std::string name = conversation_.name().empty() ? "conversation" : conversation_.name();
    write_file_atomically(path, path.ends_with(".json")
                                    ? wire::conversation_json(name, conversation_.turns())
                                              .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
                                          "\n"
                                    : wire::conversation_markdown(name, conversation_.turns()));
    context_.out.note(fmt::format(
        "wrote {} to {}", conversation_.turns().size() == 1 ? "a turn" : fmt::format("{} turns", conversation_.turns().size()),
        path));
}

void ChatLoop::change_model(const std::string& name) {
    if (name.empty()) {
        context_.out.result() << conversation_.model_name().value_or("extractive") << '\n' << std::flush;
        return;
    }
    conversation_.change_model(name);
}

}  // namespace quarry::cli
