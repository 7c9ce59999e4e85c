// What stands only in documents outside the chosen collections is nowhere: random bases, random collections, and every
// way to ask.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "core/app/answer_service.h"
#include "core/app/answer_tools.h"
#include "core/app/captured_prompt.h"
#include "core/app/collection_scope.h"
#include "core/app/collection_service.h"
#include "core/app/conversation_service.h"
#include "core/app/document_service.h"
#include "core/app/ingest_service.h"
#include "core/app/search_service.h"
#include "core/base/file.h"
#include "core/wire/answer_json.h"
#include "core/wire/search_json.h"
#include "core/wire/source_json.h"
#include "tests/property/generators.h"
#include "tests/property/seeds.h"

namespace quarry::app {
namespace {

/// A source, with the words that stand nowhere else but in sources with the same text.
struct MadeSource {
    std::string collection;
    std::string uri_word, title_word, text_word, metadata_word;
    std::string text;
};

constexpr const char* common_question = "What does the harbour keeper write about the lamps?";

class RandomBase {
public:
    explicit RandomBase(std::uint64_t seed) : random_(seed) {
        config_.set_flag("embed.provider", "none", "test");
        config_.set_flag("trace.content", "true", "test");
        config_.set_flag("ask.min_score", "0", "test");
        make();
        choose();
    }

    void check() {
        use_everything();  // what others did before, with all collections, must not be seen
        first_run_ = store::open_runs(path(), store::StoreMode::read)->last()->id;
        look_at_searches();
        look_at_words();
        look_at_answers();
        look_at_conversations();
        look_at_tools();
        look_at_documents();
        look_at_traces();
    }

private:
    [[nodiscard]] std::filesystem::path path() const { return folder_.path() / "base.db"; }
    [[nodiscard]] Services services(bool restricted) {
        Services services{config_,  [](const std::string&) { return std::optional<std::string>(); },
                          path(),   cancel_,
                          notices_, [] { return std::int64_t{1'800'000'000}; }};
        if (restricted && by_access_) services.access.readable = chosen_;
        return services;
    }
    /// The collections are chosen by the request, or by what its caller may read.
    [[nodiscard]] store::ChunkFilter filter() const {
        store::ChunkFilter filter;
        if (!by_access_) filter.collections = chosen_;
        return filter;
    }

    [[nodiscard]] std::string word() {
        std::string word = "zq";
        for (int i = 0; i < 10; ++i) word += static_cast<char>('a' + random_.below(26));
        return word;
    }

    void make() {
        Services owner = services(false);
        names_ = {"main"};
        for (std::size_t i = 0; i < 1 + random_.below(3); ++i) {
            names_.push_back(fmt::format("c{}", i));
            CollectionService(owner).add(names_.back(), "");
        }
        for (std::size_t i = 0; i < 8 + random_.below(8); ++i) {
            MadeSource source{names_[random_.below(names_.size())], word(), word(), word(), word(), ""};
            if (!made_.empty() && random_.below(4) == 0) {
                const MadeSource& other = made_[random_.below(made_.size())];  // the same content elsewhere
                source.title_word = other.title_word;
                source.text_word = other.text_word;
                source.text = other.text;
            } else {
                source.text =
                    fmt::format("The harbour keeper writes about the lamps and the {}.\n\nBeside it: {} more.",
                                source.text_word, random_.below(1000));
            }
            made_.push_back(std::move(source));
        }
        for (const std::string& name : names_) {
            std::string lines;
            for (const MadeSource& source : made_) {
                if (source.collection != name) continue;
                lines += nlohmann::json{{"id", "notes/" + source.uri_word},
                                        {"title", "Log " + source.title_word},
                                        {"text", source.text},
                                        {"metadata", {{"note", source.metadata_word}}}}
                             .dump() +
                         "\n";
            }
            std::istringstream stream(lines);
            const IngestRequest request{.json_lines = "-", .stream = &stream, .collection = name};
            EXPECT_TRUE(IngestService(owner).run(request, {}).documents.failed.empty());
        }
    }

    void choose() {
        for (const std::string& name : names_) {
            if (random_.below(2) == 0) chosen_.push_back(name);
        }
        by_access_ = random_.below(2) == 0;
        for (const MadeSource& source : made_) {
            std::set<std::string>& words =
                std::ranges::find(chosen_, source.collection) != chosen_.end() ? visible_ : hidden_;
            for (const std::string& one :
                 {source.uri_word, source.title_word, source.text_word, source.metadata_word}) {
                words.insert(one);
            }
        }
        for (const std::string& one : visible_) hidden_.erase(one);
    }

    /// Whether something that is shown has a word that must not be.
    void expect_clean(const std::string& shown, const char* what) const {
        for (const std::string& one : hidden_) {
            EXPECT_EQ(shown.find(one), std::string::npos) << what << " shows " << one << ":\n" << shown;
        }
    }
    void expect_clean(const Error& error, const char* what) const {
        expect_clean(fmt::format("{}\n{}", error.what(), error.hint()), what);
    }

    /// A word with two neighbours swapped, of which "did you mean" knows the way back.
    [[nodiscard]] static std::string misspelt(std::string one) {
        std::size_t at = 2;
        while (at + 2 < one.size() && one[at] == one[at + 1]) ++at;
        std::swap(one[at], one[at + 1]);
        return one;
    }

    void use_everything() {
        Workspace workspace(services(false));
        const RequestScope scope = services(false).scope();
        static_cast<void>(AnswerService(workspace).answer({.question = common_question}, {}, scope));
        ConversationService conversation(workspace, {.name = "all"}, scope);
        const std::string question = common_question;
        static_cast<void>(conversation.ask(&question, {}, "chat", cancel_));
    }

    [[nodiscard]] SearchOutcome search(const SearchRequest& request) {
        Workspace workspace(services(true));
        return SearchService(workspace).search(request, services(true).scope());
    }

    void look_at_searches() {
        SearchRequest request;
        request.filter = filter();
        request.limit = 50;
        request.explain = true;
        request.context = search::SearchOptions::Context::neighbours;
        for (const char* query :
             {"harbour lamps", "title:log", "note", "heading:log", "\"the lamps\" -nothing", "zq*"}) {
            request.query = query;
            const SearchOutcome found = search(request);
            expect_clean(wire::search_json(query, found.result, found.options).dump(), query);
            if (std::string_view(query) == "harbour lamps") {
                EXPECT_EQ(found.result.hits.empty(), visible_.empty());
            }
        }
        request.query.clear();
        for (std::int64_t id = 1; id <= 2 * static_cast<std::int64_t>(made_.size()); ++id) {
            request.more_like = fmt::format("{}", id);
            look_at_one_like(request);
        }
        for (const MadeSource& source : made_) {
            request.more_like = "notes/" + source.uri_word;
            const bool found = look_at_one_like(request);
            EXPECT_TRUE(found || !visible_.contains(source.uri_word));
        }
    }
    bool look_at_one_like(const SearchRequest& request) {
        try {
            const SearchOutcome found = search(request);
            expect_clean(wire::search_json("", found.result, found.options).dump(), "--more-like");
            EXPECT_FALSE(hidden_.contains(request.more_like.substr(request.more_like.find('/') + 1)));
            return true;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::nothing_found) << error.what();
            return false;
        }
    }

    /// Each word, asked for: those that are hidden are as if nobody had written them.
    void look_at_words() {
        Workspace workspace(services(true));
        const SearchService service(workspace);
        const RequestScope scope = services(true).scope();
        SearchRequest request;
        request.filter = filter();
        std::string why;
        for (const MadeSource& source : made_) {
            const bool is_visible = visible_.contains(source.text_word);
            request.query = source.text_word;
            EXPECT_EQ(service.search(request, scope).result.hits.empty(), !is_visible) << source.text_word;
            request.query = misspelt(source.text_word);
            const search::SearchResult result = service.search(request, scope).result;
            EXPECT_EQ(result.hits.empty(), !is_visible) << request.query;  // one slip away is searched for too
            EXPECT_EQ(result.suggestion, is_visible ? source.text_word : "") << request.query;
            request.query = "zzz";
            why = service.why_nothing(request, scope);
            expect_clean(why, "why nothing was found");
        }
        EXPECT_EQ(why.find("empty") != std::string::npos, visible_.empty()) << why;
    }

    void look_at_answers() {
        Workspace workspace(services(true));
        const AnswerService service(workspace);
        const RequestScope scope = services(true).scope();
        const AnswerRequest request{.question = common_question, .flags = {.sources = 20, .filter = filter()}};
        std::string events;
        try {
            const answer::Answer answer = service.answer(
                request,
                [&](const answer::AnswerEvent& event) {
                    events += wire::answer_event_json(common_question, event).dump() + "\n";
                },
                scope);
            EXPECT_FALSE(visible_.empty());
            expect_clean(wire::answer_json(common_question, answer).dump(), "ask");
        } catch (const Error& error) {
            expect_clean(error, "ask");
            EXPECT_TRUE(visible_.empty()) << error.what();
        }
        expect_clean(events, "the events of ask");
        std::vector<answer::BatchQuestion> questions = {{"1", common_question}, {"2", "Which lamps?"}};
        service.answer_all(
            questions, request, 2,
            [&](answer::BatchResult&& result) {
                if (result.answer) expect_clean(wire::answer_json("", *result.answer).dump(), "batch");
                if (result.error) expect_clean(*result.error, "batch");
                return true;
            },
            scope);
        // What a model would be sent, and a cache goes by.
        llm::ChatRequest captured;
        AnswerRequest to_model = request;
        to_model.captured = &captured;
        EXPECT_EQ(was_captured([&] { static_cast<void>(service.answer(to_model, {}, scope)); }), !visible_.empty());
        for (const llm::ChatMessage& message : captured.messages) expect_clean(message.content, "the prompt");
    }
    /// Whether a prompt came about, which it does not where nothing is found.
    template <typename Ask>
    [[nodiscard]] static bool was_captured(Ask&& ask) {
        try {
            ask();
        } catch (const PromptCaptured&) {
            return true;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::nothing_found) << error.what();
        }
        return false;
    }

    void look_at_conversations() {
        Workspace workspace(services(true));
        const RequestScope scope = services(true).scope();
        ConversationRequest request{.name = "own", .flags = {.filter = filter()}};
        {
            ConversationService conversation(workspace, request, scope);
            for (const std::string question : {common_question, "And what about them?"}) {
                try {
                    const chat::ChatReply reply = conversation.ask(&question, {}, "chat", cancel_);
                    expect_clean(wire::answer_json(question, reply.answer).dump(), "chat");
                } catch (const Error& error) {
                    expect_clean(error, "chat");
                }
            }
            expect_clean(wire::search_json("", conversation.search("lamps", 20, cancel_), {}).dump(), "/search");
            // One that knows more cannot be gone on with.
            if (!hidden_.empty()) {
                EXPECT_THROW(static_cast<void>(conversation.open("all")), Error);
            }
        }
        llm::ChatRequest captured;
        request.captured = &captured;
        ConversationService again(workspace, request, scope);
        const std::string question = "And the lamps, again?";
        static_cast<void>(was_captured([&] { static_cast<void>(again.ask(&question, {}, "chat", cancel_)); }));
        for (const llm::ChatMessage& message : captured.messages) expect_clean(message.content, "the memory of chat");
    }

    void look_at_tools() {
        const auto store = store::open_store(path(), store::StoreMode::read);
        answer::AnswerOptions options;
        options.mode = search::SearchMode::lexical;
        options.filter = filter();
        narrow(options.filter, *store, services(true).access);
        Workspace workspace(services(true));
        const RequestScope scope = services(true).scope();
        const auto toolbox = make_toolbox(workspace, scope, *store, {}, options, {});
        for (const char* const tool : {"sql", "list_documents", "verify"}) {
            EXPECT_EQ(std::ranges::count(toolbox->names(), tool), 0) << tool;
        }
        std::vector<passages::Passage> passages;
        tools::ToolRun run{passages, "FENCE", cancel_};
        const auto call = [&](const char* tool, const nlohmann::json& arguments) {
            return toolbox->call({.id = "1", .name = tool, .arguments = arguments.dump(), .signature = {}}, run).result;
        };
        expect_clean(call("search", {{"query", "harbour lamps"}, {"limit", 10}}), "the tool search");
        for (const MadeSource& source : made_) {
            // Its name comes back in the message that there is none.
            std::string result = call("read_document", {{"document", source.uri_word}});
            const bool is_visible = visible_.contains(source.uri_word);
            EXPECT_EQ(result.find("there is no document") == std::string::npos, is_visible) << result;
            const std::size_t at = result.find(source.uri_word);
            if (!is_visible && at != std::string::npos) result.erase(at, source.uri_word.size());
            expect_clean(result, "the tool read_document");
        }
    }

    void look_at_documents() {
        Services restricted = services(true);
        const DocumentService documents(restricted, filter().collections);
        std::string listed;
        std::size_t count = 0;
        documents.for_each("", [&](const store::Source& source) {
            listed += wire::source_json(source).dump() + "\n";
            ++count;
        });
        expect_clean(listed, "docs ls");
        EXPECT_EQ(documents.stats().sources, count);
        for (const MadeSource& source : made_) {
            const auto show = [&] { static_cast<void>(documents.show("notes/" + source.uri_word)); };
            if (visible_.contains(source.uri_word)) {
                EXPECT_NO_THROW(show());
            } else {
                EXPECT_THROW(show(), Error);
            }
        }
    }

    void look_at_traces() {
        std::size_t runs = 0;
        store::open_runs(path(), store::StoreMode::read)->for_each_after(first_run_, [&](store::StoredRun&& run) {
            expect_clean(run.spans, "the trace");
            ++runs;
            return true;
        });
        EXPECT_GE(runs, 5U);
    }

    testing::TextGenerator random_;
    TemporaryDirectory folder_;
    config::Config config_ = config::Config::defaults();
    Cancellation cancel_;
    SilentNotices notices_;
    std::vector<std::string> names_, chosen_;
    std::vector<MadeSource> made_;
    std::set<std::string> visible_, hidden_;
    bool by_access_ = false;
    std::int64_t first_run_ = 0;
};

TEST(Collections, WhatIsOutsideThemIsNowhere) {
    const testing::Seeds seeds = testing::property_seeds(6, 2);
    for (std::uint64_t seed = seeds.first; seed < seeds.end; ++seed) {
        SCOPED_TRACE(fmt::format("QUARRY_PROPERTY_SEED={}", seed));
        RandomBase(seed).check();
        if (HasFailure()) return;
    }
}

}  // namespace
}  // namespace quarry::app
