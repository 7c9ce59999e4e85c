// Chat templates and grammars, with what llama.cpp's programs use for them.
#include "core/llm/chat_template.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

#ifdef QUARRY_HAVE_LLAMA
#include <jinja/lexer.h>
#include <jinja/parser.h>
#include <jinja/runtime.h>
#include <json-schema-to-grammar.h>
#include <json.h>
#endif

namespace quarry::llm {
namespace {

constexpr const char* template_roles[] = {"system", "user", "assistant", "tool"};

#ifdef QUARRY_HAVE_LLAMA
Error bad_template(const std::exception& cause) {
    return Error(ErrorCode::failed, "cannot use the model file's chat template",
                 "use a recent GGUF file of a chat model (\"instruct\", \"it\" or \"chat\" in its name)")
        .because(one_line(strip_terminal_controls(replace_invalid_utf8(cause.what())), 300));
}

/// The messages as templates expect them: one system message, first; the others' texts as they are.
common_json template_messages(std::span<const ChatMessage> messages) {
    common_json all = common_json::array();
    std::string system;
    for (const ChatMessage& message : messages) {
        if (message.role != ChatMessage::Role::system) continue;
        system += system.empty() ? message.content : "\n\n" + message.content;
    }
    const auto add = [&all](const char* role, const std::string& content) {
        common_json one = common_json::object();
        one["role"] = role;
        one["content"] = content;
        all.push_back(one);
    };
    if (!system.empty()) add("system", system);
    for (const ChatMessage& message : messages) {
        if (message.role == ChatMessage::Role::system) continue;
        add(template_roles[static_cast<std::size_t>(message.role)], message.content);
    }
    return all;
}
#endif

}  // namespace

const std::string& chatml_template() {
    static const std::string source =
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + "
        "'<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";
    return source;
}

#ifdef QUARRY_HAVE_LLAMA

struct ChatTemplate::Program {
    std::string source;
    jinja::program program;
};

ChatTemplate::ChatTemplate(const std::string& source, std::string bos, std::string eos)
    : bos_(std::move(bos)), eos_(std::move(eos)) {
    try {
        jinja::lexer lexer;
        const jinja::lexer_result tokens = lexer.tokenize(source);
        program_ = std::make_unique<Program>(Program{tokens.source, jinja::parse_from_tokens(tokens)});
    } catch (const std::exception& cause) {
        throw bad_template(cause);
    }
}

std::vector<PromptPart> ChatTemplate::apply(std::span<const ChatMessage> messages) const {
    std::vector<PromptPart> parts;
    const auto add = [&parts](const std::string& text, bool is_content) {
        if (!parts.empty() && parts.back().is_content == is_content) {
            parts.back().text += text;
        } else {
            parts.push_back({text, is_content});
        }
    };
    try {
        jinja::context context(program_->source);
        common_json ours = common_json::object(), theirs = common_json::object();
        ours["bos_token"] = bos_;
        ours["eos_token"] = eos_;
        ours["add_generation_prompt"] = true;
        ours["enable_thinking"] = false;
        theirs["messages"] = template_messages(messages);
        jinja::global_from_json(context, ours, false);
        jinja::global_from_json(context, theirs, true);
        jinja::runtime runtime(context);
        const auto texts = jinja::runtime::gather_string_parts(runtime.execute(program_->program));
        for (const jinja::string_part& part : texts->val_str.parts) {
            // Roles are in the messages too, and are ours.
            const bool is_role =
                std::find(std::begin(template_roles), std::end(template_roles), part.val) != std::end(template_roles);
            add(part.val, part.is_input && !is_role);
        }
    } catch (const std::exception& cause) {
        throw bad_template(cause);
    }
    return parts;
}

std::string grammar_of_schema(const std::string& schema) {
    try {
        return json_schema_to_grammar(common_json::parse(schema));
    } catch (const std::exception& cause) {
        throw Error(ErrorCode::usage, "a model file cannot be constrained to this schema",
                    "leave out what it names, or use a server")
            .because(one_line(cause.what(), 300));
    }
}

#else

struct ChatTemplate::Program {};
ChatTemplate::ChatTemplate(const std::string& /*source*/, std::string bos, std::string eos)
    : bos_(std::move(bos)), eos_(std::move(eos)) {}
std::vector<PromptPart> ChatTemplate::apply(std::span<const ChatMessage> /*messages*/) const { return {}; }
std::string grammar_of_schema(const std::string& /*schema*/) { return {}; }

#endif

ChatTemplate::~ChatTemplate() = default;

}  // namespace quarry::llm
