// What a model would be sent, for people.
#include "cli/text/request_text.h"

#include <fmt/format.h>

#include <ostream>

#include "cli/ui/output.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

void print_part(Output& out, std::string_view heading, std::string_view text) {
    out.result() << out.styled(Style::bold, fmt::format("--- {} ---", heading)) << '\n'
                 << strip_terminal_controls(text) << '\n';
}

}  // namespace

void print_request(Output& out, const llm::ChatRequest& request) {
    for (const llm::ChatMessage& message : request.messages) {
        for (std::size_t i = 0; i < message.sources.size(); ++i) {
            const llm::ChatSource& source = message.sources[i];
            print_part(out, fmt::format("source {}: {}", i + 1, one_line(strip_terminal_controls(source.name), 200)),
                       source.text);
        }
        print_part(out, llm::chat_role_name(message.role), message.content);
    }
    for (const llm::ChatTool& tool : request.tools) {
        print_part(out, fmt::format("tool {}", tool.name), tool.description + '\n' + tool.parameters);
    }
    if (!request.answer_schema.empty()) print_part(out, "schema of the answer", request.answer_schema);
}

}  // namespace quarry::cli
