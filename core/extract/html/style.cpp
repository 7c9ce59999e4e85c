#include "core/extract/html/style.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

#include "core/base/text.h"

namespace quarry::extract {
namespace {

// Text that far to the left or above is put there for nobody to see.
constexpr double off_screen = -900;

std::string_view without_important(std::string_view value) { return trim(value.substr(0, value.find('!'))); }

/// The number at the beginning of a value; nothing when there is none.
std::optional<double> leading_number(std::string_view value) {
    const std::string text(value.substr(0, 32));
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    return end == text.c_str() ? std::nullopt : std::optional(number);
}

bool is_zero(std::string_view value) { return leading_number(value) == 0.0; }

bool is_off_screen(std::string_view value) {
    const std::optional<double> number = leading_number(value);
    return number && *number < off_screen;
}

bool is_empty_clip(std::string value) {
    std::replace(value.begin(), value.end(), ',', ' ');
    value.erase(std::remove(value.begin(), value.end(), ' '), value.end());
    return value == "rect(0000)" || value == "rect(0px0px0px0px)" || value == "rect(1px1px1px1px)" ||
           value == "inset(50%)" || value == "inset(100%)";
}

void apply_declaration(std::string_view property, std::string_view value, CssStyle& style) {
    if (property == "display") {
        style.hidden |= value == "none";
    } else if (property == "visibility") {
        style.hidden |= value == "hidden" || value == "collapse";
        style.shown |= value == "visible";
    } else if (property == "font-size") {
        style.hidden |= is_zero(value);
    } else if (property == "text-indent" || property == "left" || property == "top" || property == "margin-left") {
        style.hidden |= is_off_screen(value);
    } else if (property == "clip" || property == "clip-path") {
        style.hidden |= is_empty_clip(std::string(value));
    } else if (property == "color") {
        style.hidden |= value == "transparent";
        if (const auto colour = parse_css_colour(value)) style.text = colour;
    } else if (property == "background-color" || property == "background") {
        if (const auto colour = parse_css_colour(value)) style.background = colour;
    }
}

std::string without_comments(std::string_view css) {
    std::string text;
    for (std::size_t at = 0; at < css.size();) {
        const std::size_t comment = std::min(css.find("/*", at), css.size());
        text.append(css.substr(at, comment - at));
        const std::size_t end = css.find("*/", std::min(comment + 2, css.size()));
        at = end == std::string_view::npos ? css.size() : end + 2;
    }
    return text;
}

/// Behind the brace that closes the one at `open`.
std::size_t past_block(std::string_view css, std::size_t open) {
    std::size_t depth = 0;
    for (std::size_t at = open; at != std::string_view::npos; at = css.find_first_of("{}", at + 1)) {
        depth = css[at] == '{' ? depth + 1 : depth - 1;
        if (depth == 0) return at + 1;
    }
    return css.size();
}

bool is_simple_selector(std::string_view selector) {
    return selector.size() > 1 && (selector.front() == '.' || selector.front() == '#') &&
           selector.find_first_of(" .#:[>+~*\t\r\n", 1) == std::string_view::npos;
}

}  // namespace

std::optional<std::uint32_t> parse_css_colour(std::string_view value) {
    static constexpr auto named = std::to_array<std::pair<std::string_view, std::uint32_t>>({{"white", 0xFFFFFF},
                                                                                             {"black", 0},
                                                                                             {"red", 0xFF0000},
                                                                                             {"green", 0x008000},
                                                                                             {"blue", 0x0000FF},
                                                                                             {"yellow", 0xFFFF00},
                                                                                             {"gray", 0x808080},
                                                                                             {"grey", 0x808080},
                                                                                             {"silver", 0xC0C0C0},
                                                                                             {"snow", 0xFFFAFA},
                                                                                             {"ivory", 0xFFFFF0},
                                                                                             {"whitesmoke", 0xF5F5F5}});
    for (const auto& [name, colour] : named) {
        if (value == name) return colour;
    }
    if (value.starts_with('#')) {
        std::string digits(value.substr(1));
        if (digits.size() == 3) {
            digits = {digits[0], digits[0], digits[1], digits[1], digits[2], digits[2]};
        }
        std::uint32_t colour = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), colour, 16);
        if (digits.size() != 6 || error != std::errc() || end != digits.data() + 6) return std::nullopt;
        return colour;
    }
    const std::size_t open = value.find('(');
    if (!value.starts_with("rgb") || open == std::string_view::npos) return std::nullopt;
    std::uint32_t colour = 0;
    std::string_view rest = value.substr(open + 1);
    for (int part = 0; part < 3; ++part) {
        const std::size_t digit = rest.find_first_of("0123456789");
        if (digit == std::string_view::npos) return std::nullopt;
        std::uint32_t number = 0;
        const char* const begin = rest.data() + digit;
        const auto [end, error] = std::from_chars(begin, rest.data() + rest.size(), number);
        if (error != std::errc() || number > 255) return std::nullopt;
        colour = colour << 8 | number;
        rest = rest.substr(static_cast<std::size_t>(end - rest.data()));
    }
    return colour;
}

CssStyle parse_css_declarations(std::string_view declarations) {
    CssStyle style;
    const std::string lower = ascii_lower(declarations);
    bool zero_size = false;
    bool clipped = false;
    bool transparent = false;
    bool appears = false;
    for (const std::string_view declaration : split(lower, ';')) {
        const std::size_t colon = declaration.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view property = trim(declaration.substr(0, colon));
        const std::string_view value = without_important(declaration.substr(colon + 1));
        zero_size |= (property == "height" || property == "max-height" || property == "width") && is_zero(value);
        clipped |= property == "overflow" && value == "hidden";
        appears |= property.starts_with("transition") || property.starts_with("animation");
        if (property == "opacity") {
            transparent = is_zero(value);
            continue;
        }
        apply_declaration(property, value, style);
    }
    style.hidden |= zero_size && clipped;
    style.hidden |= transparent && !appears;
    return style;
}

void CssRules::add_sheet(std::string_view css) {
    const std::string sheet = without_comments(css);
    const std::string_view text = sheet;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t open = text.find_first_of("{;", at);
        if (open == std::string_view::npos) return;
        if (text[open] == ';') {  // @import
            at = open + 1;
            continue;
        }
        const std::size_t end = past_block(text, open);
        const std::string_view selectors = trim(text.substr(at, open - at));
        at = end;
        if (selectors.starts_with('@')) continue;
        const std::string_view body = text.substr(open + 1, end - open - 1);
        const CssStyle style = parse_css_declarations(body.substr(0, body.find('}')));
        const bool says = style.hidden || style.shown || body.find("display") != std::string_view::npos;
        for (const std::string_view each : split(selectors, ',')) {
            if (says && is_simple_selector(trim(each))) hidden_[std::string(trim(each))] = style.hidden;
        }
    }
}

}  // namespace quarry::extract
