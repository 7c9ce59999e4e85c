#include "core/answer/redacting_chat_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/bounded_json.h"
#include "core/redact/placeholder.h"
#include "core/redact/redactor.h"

namespace quarry::answer {
namespace {

using OrderedJson = nlohmann::ordered_json;

constexpr std::size_t longest_arguments = 1'000'000;  // bytes; longer ones are no tool's
constexpr int deepest_arguments = 100;
constexpr std::size_t longest_placeholder = 80;  // "[REDACTED:", a kind, a number and "]"

bool is_part_of_word(char c) noexcept {
    return is_ascii_letter(c) || is_ascii_digit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

/// Values and their names, both ways.
class RedactedValues {
public:
    explicit RedactedValues(std::span<const std::string> kinds) : redactor_(kinds) {}

    /// Gives names to what is found in a text.
    void learn(std::string_view text) {
        for (const redact::Finding& finding : redactor_.find(text)) {
            static_cast<void>(name_of(text.substr(finding.start, finding.end - finding.start), finding.kind));
        }
    }

    /// The text with names for what is found in it, and for values that were found in other texts: a password is told
    /// by the words beside it, which it may stand without elsewhere.
    [[nodiscard]] std::string hide(std::string_view text) {
        std::string hidden;
        std::size_t at = 0;
        for (const redact::Finding& finding : redactor_.find(text)) {
            hide_known(text.substr(0, finding.start), at, hidden);
            hidden += name_of(text.substr(finding.start, finding.end - finding.start), finding.kind);
            at = finding.end;
        }
        hide_known(text, at, hidden);
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
        std::string name = fmt::format("{}{}:{}]", redact::placeholder_begin, kind, names_.size() + 1);
        values_.emplace(name, value);
        return names_.emplace(value, std::move(name)).first->second;
    }

    /// Appends the text from `at` on to `hidden`, with names for known values that stand there as words; of values
    /// that begin in one place, for the longest.
    void hide_known(std::string_view text, std::size_t at, std::string& hidden) const {
        while (at < text.size()) {
            std::size_t first = text.size();
            const std::pair<const std::string, std::string>* found = nullptr;
            for (const auto& known : names_) {
                const std::size_t place = find_word(text, known.first, at);
                const bool longer = found != nullptr && place == first && known.first.size() > found->first.size();
                if (place < first || longer) {
                    first = place;
                    found = &known;
                }
            }
            hidden += text.substr(at, first - at);
            if (found == nullptr) return;
            hidden += found->second;
            at = first + found->first.size();
        }
    }

    /// Where `word` stands in `text`, from `at` on, with no letter or digit around it; the text's size for nowhere.
    [[nodiscard]] static std::size_t find_word(std::string_view text, std::string_view word, std::size_t at) {
        for (at = text.find(word, at); at != std::string_view::npos; at = text.find(word, at + 1)) {
            const std::size_t end = at + word.size();
            const bool begins = at == 0 || !(is_part_of_word(text[at - 1]) && is_part_of_word(word.front()));
            const bool ends = end == text.size() || !(is_part_of_word(text[end]) && is_part_of_word(word.back()));
            if (begins && ends) return at;
        }
        return text.size();
    }

    redact::Redactor redactor_;
    std::map<std::string, std::string, std::less<>> names_, values_;
};

/// What a text that values are put into is.
enum class RestoredText {
    plain,
    json,  ///< JSON, where a value stands within a string.
};

std::string in_json_string(std::string_view value) {
    const std::string quoted = OrderedJson(value).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
    return quoted.substr(1, quoted.size() - 2);
}

/// Puts values back into text that comes in pieces: the beginning of a name waits for its end.
class ValueRestorer {
public:
    ValueRestorer(const RedactedValues& values, RestoredText kind) : values_(values), kind_(kind) {}

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
            const std::size_t compared = std::min(rest.size(), redact::placeholder_begin.size());
            const bool may_be = rest.substr(0, compared) == redact::placeholder_begin.substr(0, compared);
            const std::size_t close = rest.find(']');
            if (may_be && close == std::string_view::npos && rest.size() < longest_placeholder) break;  // wait
            if (may_be && close != std::string_view::npos) {
                const std::string_view name = rest.substr(0, close + 1), value = values_.value_of(name);
                if (kind_ == RestoredText::json && value != name)
                    shown += in_json_string(value);
                else
                    shown += value;
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
    const RestoredText kind_;
    std::string held_;
};

std::string with_values(const RedactedValues& values, std::string_view text, RestoredText kind) {
    ValueRestorer restorer(values, kind);
    std::string whole = restorer.feed(text);
    return whole + restorer.finish();
}

/// JSON with every text in it, names of members and numbers among them, as `change` gives it.
template <typename Change>
OrderedJson with_changed_texts(const OrderedJson& json, const Change& change) {
    if (json.is_string()) return change(json.get<std::string>());
    if (json.is_number()) {
        const std::string number = json.dump();
        std::string changed = change(number);
        return changed == number ? json : OrderedJson(std::move(changed));
    }
    if (json.is_array()) {
        OrderedJson list = OrderedJson::array();
        for (const OrderedJson& one : json) list.push_back(with_changed_texts(one, change));
        return list;
    }
    if (!json.is_object()) return json;
    OrderedJson object = OrderedJson::object();
    for (const auto& [name, value] : json.items()) object[change(name)] = with_changed_texts(value, change);
    return object;
}

/// Arguments, which should be JSON, with the texts in them changed; all of it as one text when they are none.
template <typename Change>
std::string with_changed_arguments(const std::string& arguments, const Change& change) {
    if (arguments.size() > longest_arguments) return change(arguments);
    const auto json = parse_bounded_json<OrderedJson>(arguments, deepest_arguments);
    if (!json.is_structured()) return change(arguments);
    return with_changed_texts(json, change).dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}

class RedactingChatModel final : public llm::ChatModel {
public:
    RedactingChatModel(std::unique_ptr<llm::ChatModel> model, std::span<const std::string> kinds)
        : model_(std::move(model)), values_(kinds) {}

    [[nodiscard]] std::string name() const override { return model_->name(); }
    [[nodiscard]] std::string provider() const override { return model_->provider(); }
    [[nodiscard]] bool takes_sources() const override { return model_->takes_sources(); }

    [[nodiscard]] llm::ChatResponse chat(const llm::ChatRequest& request, const llm::TextSink& sink,
                                         const Cancellation& cancellation) override {
        const RestoredText kind = request.answer_schema.empty() ? RestoredText::plain : RestoredText::json;
        ValueRestorer restorer(values_, kind);
        const auto show = [&](const std::string& text) {
            if (sink && !text.empty()) sink(text);
        };
        llm::ChatResponse response = model_->chat(
            hidden(request), [&](std::string_view piece) { show(restorer.feed(piece)); }, cancellation);
        show(restorer.finish());
        response.text = with_values(values_, response.text, kind);
        const auto restored = [&](std::string_view text) { return with_values(values_, text, RestoredText::plain); };
        for (llm::ChatToolCall& call : response.tool_calls) {
            call.arguments = with_changed_arguments(call.arguments, restored);
        }
        return response;
    }

private:
    [[nodiscard]] llm::ChatRequest hidden(llm::ChatRequest request) {
        // All is looked at first: what is found in one text goes from the others too.
        change_texts(request, [&](const std::string& text) {
            values_.learn(text);
            return text;
        });
        change_texts(request, [&](const std::string& text) { return values_.hide(text); });
        return request;
    }

    template <typename Change>
    static void change_texts(llm::ChatRequest& request, const Change& change) {
        for (llm::ChatMessage& message : request.messages) {
            message.content = change(message.content);
            for (llm::ChatSource& source : message.sources) {
                source.name = change(source.name);
                source.text = change(source.text);
            }
            for (llm::ChatToolCall& call : message.tool_calls) {
                call.arguments = with_changed_arguments(call.arguments, change);
            }
        }
    }

    std::unique_ptr<llm::ChatModel> model_;
    RedactedValues values_;
};

}  // namespace

std::unique_ptr<llm::ChatModel> make_redacting_chat_model(std::unique_ptr<llm::ChatModel> model,
                                                          std::span<const std::string> kinds) {
    return std::make_unique<RedactingChatModel>(std::move(model), kinds);
}

}  // namespace quarry::answer
