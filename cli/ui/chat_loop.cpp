// What is said in a chat, and what is done for it.
#include "cli/ui/chat_loop.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/answer_tools.h"
#include "cli/text/answer_text.h"
#include "cli/text/conversation_text.h"
#include "cli/ui/answer_display.h"
#include "cli/ui/output.h"
#include "core/app/chat_models.h"
#include "core/app/response_cache.h"
#include "core/app/vector_index.h"
#include "core/app/vectors.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/trace/run_record.h"
#include "core/wire/display_uri.h"
#include "core/wire/source_json.h"

namespace quarry::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t longest_chat_question = 100'000;  // bytes
constexpr std::size_t questions_brought_back = 500;     // by the arrow keys

std::int64_t seconds_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

chat::FollowUps follow_ups_by_name(const std::string& name) {
    return name == "none" ? chat::FollowUps::none : name == "words" ? chat::FollowUps::words : chat::FollowUps::model;
}

Json error_fields(const Error& error) {
    return {{"error",
             {{"code", error_code_name(error.code())},
              {"exit_code", static_cast<int>(error.code())},
              {"message", error.message()},
              {"causes", error.causes()},
              {"hint", error.hint()}}}};
}

}  // namespace

ChatLoop::ChatLoop(Context& context, config::Config config, ChatOptions beginning)
    : context_(context),
      config_(std::move(config)),
      beginning_(std::move(beginning)),
      person_(context.stdin_is_terminal && context.out.options().err_is_terminal && !context.json),
      recorder_(context),
      tracer_(beginning_.captured == nullptr ? recorder_.make_tracer() : nullptr),
      store_(store::open_store(context.base_path, store::StoreMode::read)),
      options_(app::answer_options(context, config_, beginning_.flags)),
      cache_(beginning_.captured == nullptr ? app::open_request_cache(context, config_) : nullptr) {
    if (options_.mode != search::SearchMode::lexical) embedder_ = app::query_embedder(context_, *store_);
    options_.answer_schema = beginning_.answer_schema;
    if (embedder_) app::prepare_vectors(context_, *store_, false);
    make_answering();
    open_conversation();
}

ChatLoop::~ChatLoop() = default;

std::string ChatLoop::today() { return wire::utc_time(seconds_now()).substr(0, 10); }

void ChatLoop::make_answering() {
    std::unique_ptr<llm::ChatModel> model = app::make_chat_model(
        context_, config_, {.cache = cache_.get(), .tracer = tracer_.get(), .captured = beginning_.captured});
    const answer::AnswerTools tools{.embedder = embedder_.get(), .chat = model.get(), .tracer = tracer_.get()};
    std::unique_ptr<tools::Toolbox> toolbox;
    const bool wants_tools = beginning_.tools || (config_.boolean("chat.tools") && beginning_.answer_schema.empty());
    if (model != nullptr && wants_tools) {
        toolbox = std::make_unique<tools::Toolbox>();
        fill_toolbox(*toolbox, context_, config_, *store_, tools, options_, beginning_.allowed_tools, [this] {
            if (pause_) pause_();
        });
    } else if (model == nullptr && (beginning_.tools || !beginning_.allowed_tools.empty())) {
        throw Error(ErrorCode::usage, "tools need a model that calls them",
                    config_.value("chat.provider").origin == "default"
                        ? "name one: --model NAME, or quarry config set chat.model NAME"
                        : "name one: --model NAME")
            .because("sentences are quoted from the documents: chat.provider is extractive");
    } else if (!beginning_.allowed_tools.empty()) {
        throw Error(ErrorCode::usage, "--allow-tool allows a tool that is not offered", "offer tools: --tools");
    }
    model_ = std::move(model);
    toolbox_ = std::move(toolbox);
    tools_ = tools;
    tools_.toolbox = toolbox_.get();
}

void ChatLoop::open_conversation() {
    if (beginning_.keep) {
        try {
            conversations_ =
                std::make_unique<store::ConversationStore>(context_.base_path, store::ConversationStore::Access::write);
        } catch (const Error& error) {
            if (!beginning_.name.empty() || beginning_.go_on) throw;
            context_.out.warn(fmt::format("this chat is not kept: {}", error.what()));
        }
    }
    session_ = std::make_unique<chat::ChatSession>(
        conversations_.get(),
        chat::ChatSessionOptions{
            .follow_ups = follow_ups_by_name(config_.text("chat.follow_ups")),
            .history_tokens = static_cast<std::size_t>(config_.integer("chat.history_tokens")),
            .now = seconds_now,
            .on_retrieved =
                [this](const answer::Retrieved& retrieved) {
                    if (on_retrieved_) on_retrieved_(retrieved);
                },
            .record =
                [](std::string_view question, const answer::Answer& answer) {
                    return answer_json(question, answer).dump(-1, ' ', false, Json::error_handler_t::replace);
                }});
    std::string name = beginning_.name;
    if (beginning_.go_on && conversations_) {
        const std::optional<store::Conversation> latest = conversations_->latest();
        if (!latest) throw Error(ErrorCode::failed, "there is no conversation to go on with", "begin one: quarry chat");
        name = latest->name;
    }
    for (const std::string& note : session_->open(name, today())) context_.out.note(note);
    if (beginning_.captured != nullptr) session_->stop_keeping();
}

int ChatLoop::run() {
    std::vector<std::string> earlier;
    if (person_ && conversations_) earlier = conversations_->recent_questions(questions_brought_back);
    input_ = std::make_unique<ChatInput>(context_, person_, earlier);
    if (person_) {
        const std::size_t turns = session_->turns().size();
        context_.out.note(fmt::format(
            "{}{}; /help tells what else there is, Ctrl-D ends",
            model_ ? fmt::format("answers by {}", one_line(strip_terminal_controls(model_->name()), 100))
                   : std::string("answers in the documents' own sentences"),
            turns == 0 ? std::string() : fmt::format(", going on with {} ({} turns)", session_->name(), turns)));
    }
    while (std::optional<std::string> line = input_->next()) {
        if (!context_.json && line->starts_with('/')) {
            if (command(*line) == Next::leave) break;
            continue;
        }
        const std::string question(trim(*line));
        if (question.empty()) continue;
        answer(&question);
        if (context_.out.closed()) break;
        if (input_->interrupts() != nullptr && input_->interrupts()->ended()) break;
        context_.cancel.check();
    }
    if (person_ && !session_->name().empty()) {
        context_.out.note(fmt::format("kept as {0}; go on with: quarry chat --session {0}", session_->name()));
    }
    const std::string untraced = recorder_.failure();
    if (!untraced.empty()) context_.out.note(untraced);
    return failures_ == 0 ? 0 : static_cast<int>(ErrorCode::some_inputs_failed);
}

void ChatLoop::answer(const std::string* question) {
    Cancellation stopped;
    AnswerInterrupts* const interrupts = input_ ? input_->interrupts() : nullptr;
    if (interrupts != nullptr) interrupts->watch(&stopped);
    const Cancellation& cancellation = interrupts != nullptr ? stopped : context_.cancel;
    AnswerDisplay display(context_.out, model_ == nullptr);
    on_retrieved_ = [&](const answer::Retrieved& retrieved) { display.retrieved(retrieved); };
    pause_ = [&] {
        if (!context_.json) display.pause();
    };
    const llm::TextSink sink = [&](std::string_view piece) {
        if (context_.json) {
            print_event("text", {{"text", piece}});
        } else {
            display.write(piece);
        }
    };
    try {
        chat::ChatReply said = reply(question, sink, cancellation, "chat");
        last_ = said.answer;
        if (said.answer.note == noted_) said.answer.note.clear();
        if (!said.answer.note.empty()) noted_ = said.answer.note;
        if (!context_.json) display.finish(said.answer);
        show(said);
    } catch (const ReaderGone&) {
        // Nothing more to do: what came so far is kept.
    } catch (const Error& error) {
        display.pause();
        if (error.code() == ErrorCode::interrupted && interrupts == nullptr) throw;
        fail(error);
    }
    on_retrieved_ = nullptr;
    pause_ = nullptr;
    if (interrupts != nullptr) {
        interrupts->watch(nullptr);
        static_cast<void>(interrupts->interrupted());
    }
}

chat::ChatReply ChatLoop::reply(const std::string* question, const llm::TextSink& sink,
                                const Cancellation& cancellation, const char* run) {
    if (question != nullptr && question->size() > longest_chat_question) {
        throw Error(ErrorCode::usage, "the question is too long", "ask in at most 100,000 bytes");
    }
    if (tracer_) tracer_->begin(run);
    try {
        chat::ChatReply said = question != nullptr
                                   ? session_->ask(*store_, tools_, *question, options_, sink, cancellation)
                                   : session_->ask_again(*store_, tools_, options_, sink, cancellation);
        if (tracer_ && said.number > 0) tracer_->set(trace::attribute::conversation, session_->name());
        recorder_.keep(tracer_.get());
        return said;
    } catch (const Error& error) {
        if (tracer_) tracer_->fail(error);
        recorder_.keep(tracer_.get());
        throw;
    }
}

void ChatLoop::show(const chat::ChatReply& said) {
    if (context_.json) {
        const std::string& question = session_->turns().back().question;
        print_event("answer", {{"session", session_->name().empty() ? Json(nullptr) : Json(session_->name())},
                               {"turn", said.number},
                               {"stand_alone", said.stand_alone},
                               {"notes", said.notes},
                               {"answer", answer_json(question, said.answer)}});
    } else {
        context_.out.result() << '\n' << std::flush;
        if (person_ && said.stand_alone != session_->turns().back().question) {
            context_.out.note(fmt::format("looked for: {}", one_line(strip_terminal_controls(said.stand_alone), 300)));
        }
    }
    for (const std::string& note : said.notes) context_.out.note(note);
    if (said.not_kept) fail(*said.not_kept);
}

void ChatLoop::fail(const Error& error) {
    if (error.code() == ErrorCode::interrupted) {
        context_.out.note("stopped; /retry asks again");
        return;
    }
    if (error.code() != ErrorCode::nothing_found) ++failures_;
    if (context_.json) {
        print_event("error", error_fields(error));
    } else if (error.code() == ErrorCode::nothing_found) {
        context_.out.result() << "The documents do not say.\n\n" << std::flush;
    } else {
        context_.out.error(error);
    }
}

void ChatLoop::print_event(const char* event, Json fields) {
    Json document = {{"schema", "quarry.chat/1"}, {"event", event}};
    document.update(fields);
    context_.out.result() << document.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n' << std::flush;
}

answer::Answer ChatLoop::ask_once(const std::string& question) {
    AnswerDisplay display(context_.out, model_ == nullptr);
    on_retrieved_ = [&](const answer::Retrieved& retrieved) { display.retrieved(retrieved); };
    pause_ = [&] { display.pause(); };
    const bool shown = !context_.json && beginning_.answer_schema.empty();
    chat::ChatReply said;
    try {
        said = reply(
            &question,
            [&](std::string_view piece) {
                if (shown) display.write(piece);
            },
            context_.cancel, "ask");
    } catch (const ReaderGone&) {
        return {};
    } catch (...) {
        display.pause();
        throw;
    }
    if (shown) display.finish(said.answer);
    for (const std::string& note : said.notes) context_.out.note(note);
    if (said.not_kept) throw Error(*said.not_kept).while_doing("the answer is there, but the conversation lacks it");
    return said.answer;
}

}  // namespace quarry::cli
