#include "core/answer/redacting_chat_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "core/redact/placeholder.h"
#include "core/redact/redactor.h"

namespace quarry {
namespace {

constexpr std::size_t longest_placeholder = 80;  // "[REDACTED:", a kind, a number and "]"

/// Values and their names, both ways.
class RedactedValues {
public:
    explicit RedactedValues(std::span<const std::string> kinds) : redactor_(kinds) {}

    [[nodiscard]] std::string hide(std::string_view text) {
        std::string hidden;
        std::size_t at = 0;
        for (const Finding& finding : redactor_.find(text)) {
            hidden += text.substr(at, finding.start - at);
            hidden += name_of(text.substr(finding.start, finding.end - finding.start), finding.kind);
            at = finding.end;
        }
        hidden += text.substr(at);
        return hidden;
    }

    /// The value of a name; the name itself when it is none of ours.
    [[nodiscard]] std::string_view value_of(std::string_view name) const {
        const auto found = values_.find(name);
        return found == values_.end() ? name : std::string_view(found->second);
    }

private:
    const std::string& name_of(std::string_view value, std::string_view kind) {
        const auto found = names_.find(value);
        if (found != names_.end()) return found->second;
        std::string name = fmt::format("{}{}:{}]", placeholder_begin, kind, names_.size() + 1);
        values_.emplace(name, value);
        return names_.emplace(value, std::move(name)).first->second;
    }

    Redactor redactor_;
    std::map<std::string, std::string, std::less<>> names_, values_;
};

/// Puts values back into text that comes in pieces: the beginning of a name waits for its end.
class ValueRestorer {
public:
    explicit ValueRestorer(const RedactedValues& values) : values_(values) {}

    [[nodiscard]] std::string feed(std::string_view piece) {
        held_ += piece;
        std::string shown;
        std::size_t at = 0;
        while (at < held_.size()) {
            const std::size_t open = std::min(held_.find('[', at), held_.size());
            shown.append(held_, at, open - at);
            at = open;
            if (at == held_.size()) break;
            const std::string_view rest = std::string_view(held_).substr(at);
            const std::size_t compared = std::min(rest.size(), placeholder_begin.size());
            const bool may_be = rest.substr(0, compared) == placeholder_begin.substr(0, compared);
            const std::size_t close = rest.find(']');
            if (may_be && close == std::string_view::npos && rest.size() < longest_placeholder) break;  // wait
            if (may_be && close != std::string_view::npos) {
                shown += values_.value_of(rest.substr(0, close + 1));
                at += close + 1;
            } else {
                shown += held_[at++];
            }
        }
        held_.erase(0, at);
        return shown;
    }

    [[nodiscard]] std::string finish() { return std::exchange(held_, {}); }

private:
    const RedactedValues& values_;
    std::string held_;
};

std::string with_values(const RedactedValues& values, std::string_view text) {
    ValueRestorer restorer(values);
    std::string whole = restorer.feed(text);
    return whole + restorer.finish();
}

class RedactingChatModel final : public ChatModel {
public:
    RedactingChatModel(std::unique_ptr<ChatModel> model, std::span<const std::string> kinds)
        : model_(std::move(model)), values_(kinds) {}

    [[nodiscard]] std::string name() const override { return model_->name(); }
    [[nodiscard]] std::string provider() const override { return model_->provider(); }
    [[nodiscard]] bool takes_sources() const override { return model_->takes_sources(); }

    [[nodiscard]] ChatResponse chat(const ChatRequest& request, const TextSink& sink,
                                    const Cancellation& cancellation) override {
        ValueRestorer restorer(values_);
        const auto show = [&](const std::string& text) {
            if (sink && !text.empty()) sink(text);
        };
        ChatResponse response = model_->chat(
            hidden(request), [&](std::string_view piece) { show(restorer.feed(piece)); }, cancellation);
        show(restorer.finish());
        response.text = with_values(values_, response.text);
        for (ChatToolCall& call : response.tool_calls) call.arguments = with_values(values_, call.arguments);
        return response;
    }

private:
    [[nodiscard]] ChatRequest hidden(ChatRequest request) {
        for (ChatMessage& message : request.messages) {
            message.content = values_.hide(message.content);
            for (ChatSource& source : message.sources) {
                source.name = values_.hide(source.name);
                source.text = values_.hide(source.text);
            }
            for (ChatToolCall& call : message.tool_calls) call.arguments = values_.hide(call.arguments);
        }
        return request;
    }

    std::unique_ptr<ChatModel> model_;
    RedactedValues values_;
};

}  // namespace

std::unique_ptr<ChatModel> make_redacting_chat_model(std::unique_ptr<ChatModel> model,
                                                     std::span<const std::string> kinds) {
    return std::make_unique<RedactingChatModel>(std::move(model), kinds);
}

}  // namespace quarry
