#pragma once

#include <cstdint>
#include <string_view>

namespace quarry::extract {

/// What is known of an HTML element by its name; one of a fixed table, so that pointers to it may be kept.
struct HtmlElement {
    enum Trait : std::uint32_t {
        block = 1U << 0,      ///< Stands on lines of its own.
        void_ = 1U << 1,      ///< Has no content: <br>.
        raw_text = 1U << 2,   ///< Its content has no elements: <script>.
        ends_p = 1U << 3,     ///< Its start tag ends an open paragraph.
        scope = 1U << 4,      ///< End tags of what is around it do not reach through: <td>.
        in_head = 1U << 5,    ///< May stand in the head.
        heading = 1U << 6,    ///< <h1> to <h6>.
        no_text = 1U << 7,    ///< What is in it is never shown as text: <style>.
        furniture = 1U << 8,  ///< Around the content of a page, not in it: <nav>.
        control = 1U << 9,    ///< A control of a form: <button>.
    };

    std::string_view name;
    std::uint32_t traits = 0;

    [[nodiscard]] bool is(Trait trait) const noexcept { return (traits & trait) != 0; }
};

/// The element of that name in lower case; one without traits and with an empty name for one that is not known.
[[nodiscard]] const HtmlElement& html_element(std::string_view name) noexcept;

}  // namespace quarry::extract
