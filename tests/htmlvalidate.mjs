// How html-validate judges the pages of our packages. Each departure from its recommended rules has its reason.
export default {
  root: true,
  extends: ["html-validate:recommended"],
  rules: {
    // Checkboxes of one question share their name, as radio buttons do.
    "form-dup-name": ["error", { shared: ["radio", "checkbox", "button", "reset", "submit"] }],
    // A wide table scrolls in a named region that is no section of the text.
    "prefer-native-element": ["error", { exclude: ["region"] }],
    // Titles are the author's; LMS lists cut them where they need to.
    "long-title": "off",
    // `<hr/>` from the Markdown renderer is as valid as `<hr>`.
    "void-style": "off",
    // A worksheet is saved as a file; there is nowhere to submit it to.
    "wcag/h32": "off",
    // Nothing comes from another host.
    "require-sri": "off",
    // The long description of a picture stands behind its caption, both inside the figure.
  },
};
