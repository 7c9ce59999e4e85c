#include "core/extract/office/rtf_destinations.h"

#include <algorithm>
#include <array>

namespace quarry::extract {
namespace {

/// Destinations whose text is none of the document's.
constexpr auto rtf_skipped = std::to_array<std::string_view>({"colortbl",
                                                              "pict",
                                                              "header",
                                                              "headerl",
                                                              "headerr",
                                                              "headerf",
                                                              "footer",
                                                              "footerl",
                                                              "footerr",
                                                              "footerf",
                                                              "fldinst",
                                                              "objdata",
                                                              "themedata",
                                                              "xmlnstbl",
                                                              "listtable",
                                                              "revtbl",
                                                              "rsidtbl",
                                                              "generator",
                                                              "datastore",
                                                              "filetbl",
                                                              "ftnsep",
                                                              "ftnsepc",
                                                              "aftnsep",
                                                              "colorschememapping",
                                                              "listoverridetable",
                                                              "latentstyles",
                                                              "nonshppict",
                                                              "annotation",
                                                              "atnid",
                                                              "atnauthor",
                                                              "tc",
                                                              "xe",
                                                              "bkmkstart",
                                                              "bkmkend",
                                                              "operator",
                                                              "company",
                                                              "manager",
                                                              "comment",
                                                              "doccomm",
                                                              "revtim",
                                                              "printim",
                                                              "buptim",
                                                              "userprops",
                                                              "falt",
                                                              "panose",
                                                              "pntxta",
                                                              "pntxtb",
                                                              "template",
                                                              "ftncn",
                                                              "aftncn",
                                                              "aftnsepc",
                                                              "objclass",
                                                              "shpinst",
                                                              "sp"});
/// Of those behind \* that a reader need not know, the ones that hold text all the same.
constexpr auto rtf_read_though_optional =
    std::to_array<std::string_view>({"shptxt", "fldrslt", "listtext", "pntext", "footnote"});

template <class Names>
bool is_one_of(std::string_view name, const Names& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool is_skipped_destination(std::string_view name) noexcept { return is_one_of(name, rtf_skipped); }

bool is_read_though_optional(std::string_view name) noexcept { return is_one_of(name, rtf_read_though_optional); }

}  // namespace quarry::extract
