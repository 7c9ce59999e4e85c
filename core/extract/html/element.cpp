#include "core/extract/html/element.h"

#include <algorithm>
#include <array>

namespace quarry::extract {
namespace {

using E = HtmlElement;
constexpr std::uint32_t container = E::block | E::ends_p;

// Sorted by name. What ends a paragraph, and which elements end others' scope: HTML, 13.2.6.4.7 and 13.2.4.2.
constexpr auto html_elements = std::to_array<HtmlElement>({
    {"a", 0},
    {"address", container},
    {"annotation", 0},
    {"annotation-xml", E::no_text},
    {"applet", E::scope | E::no_text},
    {"area", E::void_},
    {"article", container},
    {"aside", container | E::furniture},
    {"audio", E::no_text},
    {"b", 0},
    {"base", E::void_ | E::in_head},
    {"blockquote", container},
    {"body", E::block},
    {"br", E::void_},
    {"button", E::scope | E::control},
    {"canvas", E::no_text},
    {"caption", E::block | E::scope},
    {"center", container},
    {"code", 0},
    {"col", E::void_},
    {"colgroup", E::no_text},
    {"datalist", E::no_text | E::control},
    {"dd", container},
    {"del", 0},
    {"details", container},
    {"dialog", container | E::furniture},
    {"dir", container},
    {"div", container},
    {"dl", container},
    {"dt", container},
    {"embed", E::void_},
    {"fieldset", container},
    {"figcaption", container},
    {"figure", container},
    {"footer", container | E::furniture},
    {"form", container},
    {"frame", E::void_},
    {"frameset", E::no_text},
    {"h1", container | E::heading},
    {"h2", container | E::heading},
    {"h3", container | E::heading},
    {"h4", container | E::heading},
    {"h5", container | E::heading},
    {"h6", container | E::heading},
    {"head", E::no_text},
    {"header", container | E::furniture},
    {"hgroup", container},
    {"hr", E::void_ | container},
    {"html", E::block | E::scope},
    {"iframe", E::raw_text | E::no_text},
    {"img", E::void_},
    {"input", E::void_ | E::control},
    {"li", E::block | E::ends_p},
    {"link", E::void_ | E::in_head},
    {"listing", container},
    {"main", container},
    {"marquee", E::scope},
    {"math", 0},
    {"menu", container},
    {"meta", E::void_ | E::in_head},
    {"meter", E::no_text},
    {"nav", container | E::furniture},
    {"noembed", E::raw_text | E::no_text},
    {"noframes", E::raw_text | E::no_text | E::in_head},
    {"noscript", E::raw_text | E::no_text | E::in_head},
    {"object", E::scope | E::no_text},
    {"ol", container},
    {"optgroup", E::control},
    {"option", E::control},
    {"p", container},
    {"param", E::void_},
    {"plaintext", container | E::raw_text},
    {"pre", container},
    {"progress", E::no_text},
    {"q", 0},
    {"rp", E::no_text},
    {"rt", 0},
    {"ruby", 0},
    {"s", 0},
    {"script", E::raw_text | E::no_text | E::in_head},
    {"search", container | E::furniture},
    {"section", container},
    {"select", E::control | E::no_text},
    {"semantics", 0},
    {"source", E::void_},
    {"span", 0},
    {"style", E::raw_text | E::no_text | E::in_head},
    {"summary", container},
    {"svg", E::no_text},
    {"table", E::block | E::ends_p | E::scope},
    {"tbody", E::block},
    {"td", E::block | E::scope},
    {"template", E::scope | E::no_text | E::in_head},
    {"textarea", E::raw_text | E::no_text | E::control},
    {"tfoot", E::block},
    {"th", E::block | E::scope},
    {"thead", E::block},
    {"time", 0},
    {"title", E::raw_text | E::no_text | E::in_head},
    {"tr", E::block},
    {"track", E::void_},
    {"ul", container},
    {"video", E::no_text},
    {"wbr", E::void_},
    {"xmp", container | E::raw_text},
});

constexpr HtmlElement unknown_element{};

constexpr bool by_name(const HtmlElement& a, const HtmlElement& b) { return a.name < b.name; }
static_assert(std::is_sorted(html_elements.begin(), html_elements.end(), by_name));

}  // namespace

const HtmlElement& html_element(std::string_view name) noexcept {
    const auto* const found = std::lower_bound(html_elements.begin(), html_elements.end(), HtmlElement{name}, by_name);
    return found != html_elements.end() && found->name == name ? *found : unknown_element;
}

}  // namespace quarry::extract
