#pragma once

#include <string>
#include <string_view>

namespace quarry::llm {

/// Removes what could drive a terminal from text that arrives in pieces: escape sequences are recognised also when
/// they are cut in two. Keeps tab and line feed. Whole text goes through `strip_terminal_controls` instead.
class TerminalFilter {
public:
    /// `piece` is valid UTF-8 on its own; so is what comes out.
    [[nodiscard]] std::string feed(std::string_view piece);

private:
    enum class State {
        text,
        escape,         ///< After ESC.
        intermediate,   ///< After ESC and an intermediate byte (character sets): one more byte belongs to it.
        sequence,       ///< In a CSI sequence.
        string,         ///< In an OSC, DCS, APC, PM or SOS string, which ends at BEL or ST.
        string_escape,  ///< In such a string, after ESC.
    };
    void take(char32_t character, std::string_view bytes, std::string& out);
    void take_in_escape(char32_t character, std::string& out, std::string_view bytes);
    void take_in_string(char32_t character, std::string& out);
    void enter(char32_t introducer) noexcept;

    State state_ = State::text;
};

}  // namespace quarry::llm
