#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "core/extract/office/budget.h"
#include "core/extract/office/zip_archive.h"

namespace quarry::extract {

/// Reads a part of a container element by element, so that a large one takes no more memory than the largest element
/// that is wanted of it: a sheet's row, a paragraph.
///
/// `choose` is asked of each element that is opened: it has its attributes and its parents then, and no children yet.
/// What is collected goes whole to `visit`, as a tree that is valid during the call; of what is entered, the children
/// are asked for; what is skipped is read over with all in it.
///
/// Refuses, by the budget, what XmlDocument refuses, and text that is no valid UTF-8.
class XmlElements {
public:
    enum class Use { enter, collect, skip };
    using Choose = std::function<Use(pugi::xml_node opened)>;
    /// The element's parent has nothing but it.
    using Visit = std::function<void(pugi::xml_node whole)>;

    /// `part` is for messages. Borrows the budget.
    XmlElements(std::string_view part, ExtractBudget& budget, Choose choose, Visit visit);
    ~XmlElements();
    XmlElements(const XmlElements&) = delete;
    XmlElements& operator=(const XmlElements&) = delete;

    /// The next bytes of the part.
    void add(std::string_view piece);
    /// After the last: refuses a part that is cut off.
    void finish();

private:
    class Parser;
    std::unique_ptr<Parser> parser_;
};

/// Reads an entry of an archive so. False when there is none of the name.
bool for_each_element(ZipArchive& archive, std::string_view part, ExtractBudget& budget, XmlElements::Choose choose,
                      XmlElements::Visit visit);

}  // namespace quarry::extract
