#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace quarry::extract {

/// What a few CSS properties say of an element: only those that make its text invisible.
struct CssStyle {
    bool hidden = false;                ///< Nothing of it is drawn, or it is drawn where nobody looks.
    bool shown = false;                 ///< `visibility: visible`, within a hidden element.
    std::optional<std::uint32_t> text;  ///< 0xRRGGBB
    std::optional<std::uint32_t> background;
};

/// Reads declarations: "display: none; color: #fff". What is not understood is passed over. "opacity: 0" beside a
/// transition or an animation does not hide: it is where they begin.
[[nodiscard]] CssStyle parse_css_declarations(std::string_view declarations);

/// 0xRRGGBB of "white", "#fff", "#ffffff" or "rgb(255, 255, 255)"; nothing for others.
[[nodiscard]] std::optional<std::uint32_t> parse_css_colour(std::string_view value);

/// The rules of a page's own style sheets that hide things, by selectors of one class or one id.
///
/// Rules within @media and the like are passed over: whether they hold depends on the screen.
class CssRules {
public:
    void add_sheet(std::string_view css);

    [[nodiscard]] bool hides_class(const std::string& name) const { return hides("." + name); }
    [[nodiscard]] bool hides_id(const std::string& name) const { return hides("#" + name); }
    [[nodiscard]] bool empty() const noexcept { return hidden_.empty(); }

private:
    [[nodiscard]] bool hides(const std::string& selector) const {
        const auto found = hidden_.find(selector);
        return found != hidden_.end() && found->second;
    }

    std::unordered_map<std::string, bool> hidden_;  ///< ".class" or "#id"; the last rule wins.
};

}  // namespace quarry::extract
