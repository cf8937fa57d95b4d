-- One role for each database, and no role in another's. Run by the image when its volume is empty.
\getenv onrecord_password ONRECORD_DATABASE_PASSWORD
\getenv prefect_password PREFECT_DATABASE_PASSWORD
CREATE ROLE onrecord LOGIN PASSWORD :'onrecord_password';
CREATE ROLE prefect LOGIN PASSWORD :'prefect_password';
CREATE DATABASE onrecord OWNER onrecord;
CREATE DATABASE prefect OWNER prefect;
REVOKE ALL ON DATABASE onrecord, prefect, postgres FROM PUBLIC;
