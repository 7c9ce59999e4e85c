#include "cli/ui/workflow_commands.h"

namespace quarry::cli {

bool WorkflowCommands::write(std::string_view text) {
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
    to_.write(safe.data(), static_cast<std::streamsize>(safe.size()));
    return to_.good();
}

WorkflowCommands::int_type WorkflowCommands::overflow(int_type character) {
    if (traits_type::eq_int_type(character, traits_type::eof())) return traits_type::not_eof(character);
    const char byte = traits_type::to_char_type(character);
    return write({&byte, 1}) ? character : traits_type::eof();
}

std::streamsize WorkflowCommands::xsputn(const char* text, std::streamsize size) {
    return write({text, static_cast<std::size_t>(size)}) ? size : 0;
}

int WorkflowCommands::sync() { return to_.flush().good() ? 0 : -1; }

}  // namespace quarry::cli
