// What people say of answers: each their own, the owner of the base all of it.
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/app/feedback_archive.h"
#include "core/serve/request_scope.h"
#include "core/serve/route.h"
#include "core/wire/feedback_json.h"

namespace quarry::serve {
namespace {

constexpr std::size_t feedback_listed = 100;
constexpr int longest_question = 10'000, longest_answer = 20'000, longest_quote = 5'000, longest_comment = 2'000;
constexpr int longest_fact = 500, most_facts = 20, most_cited = 50;

template <typename Work>
auto with_feedback(const Call& call, Work&& work) {
    const CallScope scope(call);
    const app::Services services = call.service.workspace().services(*scope);
    return work(app::FeedbackArchive(services));
}

net::Response give_feedback(const Call& call) {
    store::Feedback feedback{.question = call.values.at("question"),
                             .good = call.values.at("good"),
                             .answer = call.values.value("answer", ""),
                             .answerable = call.values.value("answerable", true),
                             .facts = call.values.value("facts", std::vector<std::string>()),
                             .comment = call.values.value("comment", "")};
    for (const nlohmann::json& one : call.values.value("sources", nlohmann::json::array())) {
        feedback.sources.push_back({one.at("source"), one.value("text", "")});
    }
    const store::Feedback kept =
        with_feedback(call, [&](const app::FeedbackArchive& archive) { return archive.keep(std::move(feedback)); });
    return json_response(wire::feedback_json(kept), 201);
}

net::Response list_feedback(const Call& call) {
    const std::size_t limit = call.values.value("limit", feedback_listed);
    const auto kept = with_feedback(call, [&](const app::FeedbackArchive& archive) {
        return archive.list(call.values.value("before", std::int64_t{0}), limit);
    });
    Json all = Json::array();
    for (const store::Feedback& one : kept) all.push_back(wire::feedback_json(one));
    return json_response({{"feedback", std::move(all)}, {"next", kept.size() < limit ? Json() : Json(kept.back().id)}});
}

/// As lines of eval.jsonl.
net::Response export_feedback(const Call& call) {
    const auto questions = with_feedback(call, [](const app::FeedbackArchive& archive) { return archive.questions(); });
    std::string lines;
    for (const eval::Question& question : questions) {
        Json line = {{"id", question.id}, {"question", question.text}};
        for (const auto& fact : question.facts) line["facts"].push_back(fact.front());
        for (const eval::ExpectedSource& source : question.expected) {
            Json reference = {{"source", source.source}};
            if (!source.text.empty()) reference["text"] = source.text;
            line["references"].push_back(std::move(reference));
        }
        if (!question.answerable) line["answerable"] = false;
        lines += line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
    }
    return {.headers = {{"Content-Type", "application/jsonl; charset=utf-8"},
                        {"Content-Disposition", "attachment; filename=\"eval.jsonl\""}},
            .body = std::move(lines)};
}

net::Response remove_feedback(const Call& call) {
    with_feedback(call, [&](const app::FeedbackArchive& archive) {
        archive.remove(call.values.at("feedback"));
        return true;
    });
    return {.status = 204};
}

Json bounded_text(int longest, const char* description, int least = 0) {
    Json text = {{"type", "string"}, {"maxLength", longest}, {"description", description}};
    if (least > 0) text["minLength"] = least;
    return text;
}

Json feedback_fields() {
    const Json source = closed_object({{"source", bounded_text(4096, "The document, as answers name it", 1)},
                                       {"text", bounded_text(longest_quote, "Its words")}},
                                      {"source"});
    return {
        {"question", bounded_text(longest_question, "As it can be asked alone", 1)},
        {"good", {{"type", "boolean"}, {"description", "Whether the answer was good"}}},
        {"answer", bounded_text(longest_answer, "The answer that is judged")},
        {"sources",
         {{"type", "array"}, {"items", source}, {"maxItems", most_cited}, {"description", "What the answer cites"}}},
        {"facts",
         {{"type", "array"},
          {"items", bounded_text(longest_fact, "A text that a good answer has", 1)},
          {"maxItems", most_facts},
          {"description", "What a good answer says"}}},
        {"answerable", {{"type", "boolean"}, {"description", "False: the documents do not say"}}},
        {"comment", bounded_text(longest_comment, "For people")}};
}

Json feedback_schema() {
    Json fields = {{"id", {{"type", "integer"}}},
                   {"by", {{"type", "string"}, {"description", "owner, user:ID, key:ID"}}}};
    fields.update(feedback_fields());
    fields["given_at"] = {{"type", "string"}};
    Json required = Json::array();
    for (const auto& [name, schema] : fields.items()) required.push_back(name);
    return {{"type", "object"}, {"properties", std::move(fields)}, {"required", std::move(required)}};
}

Route feedback_route(std::string method, std::string tail, std::string id, std::string summary,
                     std::function<std::optional<net::Response>(const Call&)> handle) {
    return {.method = std::move(method),
            .path = "/api/v1/feedback" + std::move(tail),
            .id = std::move(id),
            .summary = std::move(summary),
            .tag = "evaluations",
            .scope = "ask",
            .rate = RateClass::search,
            .handle = std::move(handle)};
}

}  // namespace

std::vector<Route> feedback_routes() {
    Route given = feedback_route("POST", "", "give_feedback",
                                 "Say whether an answer was good. It becomes a case for evaluations.", give_feedback);
    given.description =
        "What the caller said of the same question before goes. Feedback goes with who gave it, and with "
        "a document that it cites. Its texts have 32,768 bytes together at most, and 1,000 are kept of a caller.";
    given.body = closed_object(feedback_fields(), {"question", "good"});
    given.responses = {{.status = 201, .description = "What is kept", .schema = feedback_schema()}};
    given.work = Work::write;
    given.example = {{"question", "How many attempts are made?"}, {"good", false}, {"facts", {"three attempts"}}};

    Route listed = feedback_route(
        "GET", "", "list_feedback",
        "What the caller said of answers, the newest first; for the owner, what everyone said.", list_feedback);
    listed.parameters = {
        {.name = "limit",
         .description = "Maximum number in one response",
         .schema = {{"type", "integer"}, {"minimum", 1}, {"maximum", feedback_listed}, {"default", feedback_listed}}},
        {.name = "before",
         .description = "Only older ones: `next` of the last response",
         .schema = {{"type", "integer"}, {"minimum", 1}}}};
    listed.responses = {{.status = 200,
                         .description = "The feedback",
                         .schema = {{"type", "object"},
                                    {"properties",
                                     {{"feedback", {{"type", "array"}, {"items", feedback_schema()}}},
                                      {"next", {{"type", {"integer", "null"}}}}}},
                                    {"required", {"feedback", "next"}}}}};

    Route exported = feedback_route("GET", "/export", "export_feedback",
                                    "The same as lines of eval.jsonl, for quarry eval answers.", export_feedback);
    exported.responses = {{.status = 200, .description = "The lines", .type = "application/jsonl"}};

    Route removed = feedback_route("DELETE", "/{feedback}", "delete_feedback", "Take back what was said of an answer.",
                                   remove_feedback);
    removed.parameters = {{.name = "feedback",
                           .place = Parameter::Place::path,
                           .description = "Its id",
                           .schema = {{"type", "integer"}, {"minimum", 1}},
                           .required = true,
                           .example = 12}};
    removed.responses = {{.status = 204, .description = "It is gone", .type = ""}};
    removed.work = Work::write;
    return {std::move(given), std::move(listed), std::move(exported), std::move(removed)};
}

}  // namespace quarry::serve
