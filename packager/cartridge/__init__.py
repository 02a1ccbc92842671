"""What a Common Cartridge is made of; `packager.formats.common_cartridge` puts it together."""
