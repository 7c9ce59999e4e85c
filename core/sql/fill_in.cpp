#include "core/sql/fill_in.h"

namespace quarry::sql {

std::string_view fill_in_hint(std::string_view comment) noexcept {
    if (comment.find(": the time zone of ") != std::string_view::npos) {
        return "write the time zone in place of DEFAULT, such as 'UTC', and delete the comment";
    }
    return "write the value for existing rows in place of NULL, and delete the comment";
}

std::vector<Section> places_to_fill_in(Dialect dialect, std::string_view text, Section section) {
    std::vector<Section> places;
    const std::string_view part = text.substr(0, section.end);
    if (part.find("/* FILL IN", section.start) == std::string_view::npos) return places;
    Lexer lexer(dialect, part, section.start);
    while (const auto token = lexer.next()) {
        const bool marked = token->kind == TokenKind::block_comment &&
                            part.substr(token->start, token->end - token->start).starts_with("/* FILL IN");
        if (marked) places.push_back({token->start, token->end});
    }
    return places;
}

}  // namespace quarry::sql
