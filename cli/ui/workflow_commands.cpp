#include "cli/ui/workflow_commands.h"

#include <string>

namespace quarry::cli {

void WorkflowCommands::pass(std::string_view text) {
    std::string safe;
    safe.reserve(text.size() + 1);
    for (const char c : text) {
        if ((c == ':' && colon_) || (c == '[' && hashes_ >= 2)) safe += ' ';
        safe += c;
        colon_ = c == ':' && begins_;
        hashes_ = c == '#' ? hashes_ + 1 : 0;
        // The runner passes over white space, of which Unicode has more than ASCII, and controls may be taken out.
        const auto byte = static_cast<unsigned char>(c);
        begins_ = c == '\n' || c == '\r' || (begins_ && (byte <= 0x20 || byte >= 0x7F));
    }
    to() << safe;
}

}  // namespace quarry::cli
