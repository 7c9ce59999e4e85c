#include "core/cache/cached_chat_model.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/hash.h"

namespace quarry::cache {
namespace {

using nlohmann::json;

// Another text after a change of what is hashed or kept: older entries are then not found.
constexpr std::string_view cached_answer_format = "quarry answer 1";

/// Hashes fields with their lengths, so that no two lists of fields give the same bytes.
class FieldHash {
public:
    explicit FieldHash(std::string_view mark) : mark_(mark) {}

    void add(std::string_view field) {
        hash_.add(fmt::format("{}:", field.size()));
        hash_.add(field);
    }
    void add_count(std::size_t count) { hash_.add(fmt::format("#{};", count)); }
    /// A text in which the mark may stand.
    void add_marked(std::string_view field) {
        if (mark_.empty()) return add(field);
        std::string text;
        std::size_t from = 0;
        for (std::size_t at = field.find(mark_); at != std::string_view::npos; at = field.find(mark_, from)) {
            text.append(field.substr(from, at - from)).push_back('\0');
            from = at + mark_.size();
        }
        text.append(field.substr(from));
        add(text);
    }
    [[nodiscard]] std::string digest() { return hash_.digest(); }

private:
    const std::string_view mark_;
    Sha256 hash_;
};

void add_calls(FieldHash& hash, const std::vector<llm::ChatToolCall>& calls) {
    hash.add_count(calls.size());
    for (const llm::ChatToolCall& call : calls) {
        // Ids are drawn at random by most providers, and say nothing.
        hash.add(call.name);
        hash.add_marked(call.arguments);
    }
}

void add_message(FieldHash& hash, const llm::ChatMessage& message) {
    hash.add_count(static_cast<std::size_t>(message.role));
    hash.add_marked(message.content);
    hash.add_count(message.sources.size());
    for (const llm::ChatSource& source : message.sources) {
        hash.add(source.name);
        hash.add(source.text);
    }
    add_calls(hash, message.tool_calls);
    hash.add(message.tool_name);
}

std::string answer_record(const llm::ChatResponse& response) {
    json record = {{"text", response.text},
                   {"finish_reason", response.finish_reason},
                   {"model", response.model},
                   {"id", response.id},
                   {"tool_calls", json::array()}};
    if (response.usage) {
        record["usage"] = {response.usage->input_tokens, response.usage->output_tokens,
                           response.usage->cached_input_tokens};
    }
    for (const llm::ChatToolCall& call : response.tool_calls) {
        record["tool_calls"].push_back({call.id, call.name, call.arguments, call.signature});
    }
    return record.dump(-1, ' ', false, json::error_handler_t::strict);
}

llm::ChatResponse read_answer(const std::string& text) {
    const json record = parse_bounded_json(text);
    llm::ChatResponse response;
    response.text = record.at("text").get<std::string>();
    response.finish_reason = record.at("finish_reason").get<std::string>();
    response.model = record.at("model").get<std::string>();
    response.id = record.at("id").get<std::string>();
    if (const auto usage = record.find("usage"); usage != record.end()) {
        response.usage = llm::ChatUsage{usage->at(0).get<std::int64_t>(), usage->at(1).get<std::int64_t>(),
                                        usage->at(2).get<std::int64_t>()};
    }
    for (const json& call : record.at("tool_calls")) {
        response.tool_calls.push_back({call.at(0).get<std::string>(), call.at(1).get<std::string>(),
                                       call.at(2).get<std::string>(), call.at(3).get<std::string>()});
    }
    response.cached = true;
    response.cost = 0;
    return response;
}

/// Whether the answer is whole, and says the same without the request's mark.
bool may_be_kept(const llm::ChatRequest& request, const llm::ChatResponse& response) {
    const bool whole = response.finish_reason == "stop" || response.finish_reason == "tool_calls";
    const bool empty = response.text.empty() && response.tool_calls.empty();
    if (!whole || empty || response.cached) return false;
    return request.mark.empty() || response.text.find(request.mark) == std::string::npos;
}

class CachedChatModel final : public llm::ChatModel {
public:
    CachedChatModel(std::unique_ptr<llm::ChatModel> model, ResponseCache& cache, ChatIdentity identity)
        : model_(std::move(model)), cache_(cache), identity_(std::move(identity)) {}

    [[nodiscard]] std::string name() const override { return model_->name(); }
    [[nodiscard]] std::string provider() const override { return model_->provider(); }
    [[nodiscard]] bool takes_sources() const override { return model_->takes_sources(); }

    [[nodiscard]] llm::ChatResponse chat(const llm::ChatRequest& request, const llm::TextSink& sink,
                                         const Cancellation& cancellation) override {
        cancellation.check();
        const std::string key = request_key(identity_, request);
        if (!request.fresh) {
            if (std::optional<llm::ChatResponse> kept = find(key)) {
                if (sink && !kept->text.empty()) sink(kept->text);
                cache_.touch(key);
                return std::move(*kept);
            }
        }
        llm::ChatResponse response = model_->chat(request, sink, cancellation);
        if (may_be_kept(request, response)) keep(key, response);
        return response;
    }

private:
    [[nodiscard]] std::optional<llm::ChatResponse> find(const std::string& key) const {
        const std::optional<std::string> record = cache_.find(key, CachedKind::answer);
        if (!record) return std::nullopt;
        try {
            return read_answer(*record);
        } catch (const json::exception&) {
            return std::nullopt;  // somebody wrote something else there
        }
    }

    void keep(const std::string& key, const llm::ChatResponse& response) const {
        try {
            cache_.put(key, CachedKind::answer, model_->name(), answer_record(response));
        } catch (const json::exception&) {
            // A text that is no UTF-8 is not kept.
        }
    }

    const std::unique_ptr<llm::ChatModel> model_;
    ResponseCache& cache_;
    const ChatIdentity identity_;
};

}  // namespace

std::string request_key(const ChatIdentity& identity, const llm::ChatRequest& request) {
    FieldHash hash(request.mark);
    hash.add(cached_answer_format);
    hash.add(identity.provider);
    hash.add(identity.model);
    hash.add(identity.base_url);
    hash.add(identity.parameters);
    hash.add_count(request.messages.size());
    for (const llm::ChatMessage& message : request.messages) add_message(hash, message);
    hash.add(request.max_tokens ? fmt::format("{}", *request.max_tokens) : "");
    hash.add(request.temperature ? fmt::format("{}", *request.temperature) : "");
    hash.add_count(request.tools.size());
    for (const llm::ChatTool& tool : request.tools) {
        hash.add(tool.name);
        hash.add(tool.description);
        hash.add(tool.parameters);
    }
    hash.add(request.answer_schema);
    return hash.digest();
}

std::unique_ptr<llm::ChatModel> make_cached_chat_model(std::unique_ptr<llm::ChatModel> model, ResponseCache& cache,
                                                       ChatIdentity identity) {
    return std::make_unique<CachedChatModel>(std::move(model), cache, std::move(identity));
}

}  // namespace quarry::cache
