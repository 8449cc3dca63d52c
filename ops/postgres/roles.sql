-- The roles and the database of a production installation: psql -f roles.sql as a superuser, once. The passwords come from three files.
-- iw_owner migrates and is used for nothing else; iw_login serves, owns nothing and bypasses no policy; iw_backup reads everything and changes nothing.
\set ON_ERROR_STOP on
\set owner_password `cat "${OWNER_PASSWORD_FILE:-/run/secrets/owner_password}"`
\set login_password `cat "${LOGIN_PASSWORD_FILE:-/run/secrets/login_password}"`
\set backup_password `cat "${BACKUP_PASSWORD_FILE:-/run/secrets/backup_password}"`
create role iw_owner login createrole createdb password :'owner_password';
create role iw_app nologin;
create role iw_sys nologin;
grant iw_app, iw_sys to iw_owner with admin option;
create role iw_login login in role iw_app, iw_sys password :'login_password';
create role iw_backup login bypassrls in role pg_read_all_data password :'backup_password';
create database intelliwiz owner iw_owner;
